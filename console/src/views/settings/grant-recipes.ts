/** How a server makes a grant (docs/grants.md), in five languages. Each reads the secret key from the environment. */
// biome-ignore-start lint/suspicious/noTemplateCurlyInString: recipes are text
export const GRANT_RECIPES: readonly { readonly language: string; readonly code: string }[] = [
  {
    language: 'Node',
    code: `import { createGrant } from '@gander/sdk/server';

const grant = createGrant({
  secretKey: process.env.GANDER_SECRET_KEY,
  transaction: order.id,
  transactionType: 'card',
  origin: 'ORIGIN',
});`,
  },
  {
    language: 'Python',
    code: `import base64, hashlib, hmac, os, secrets, time

def b64(data): return base64.urlsafe_b64encode(data).rstrip(b'=').decode()

def grant(order_id):
    key = os.environ['GANDER_SECRET_KEY']
    _, key_id, merchant, _ = key.split('_', 3)
    text = '\\n'.join(['gander-grant-1', key_id, merchant, order_id, '1', 'ORIGIN',
                      str(int(time.time())), secrets.token_hex(16)]).encode()
    return 'gr1.' + b64(text) + '.' + b64(hmac.new(key.encode(), text, hashlib.sha256).digest())`,
  },
  {
    language: 'PHP',
    code: `function b64($data) { return rtrim(strtr(base64_encode($data), '+/', '-_'), '='); }

function grant($orderId) {
    $key = getenv('GANDER_SECRET_KEY');
    [, $keyId, $merchant] = explode('_', $key, 4);
    $text = implode("\\n", ['gander-grant-1', $keyId, $merchant, $orderId, '1', 'ORIGIN', time(), bin2hex(random_bytes(16))]);
    return 'gr1.' . b64($text) . '.' . b64(hash_hmac('sha256', $text, $key, true));
}`,
  },
  {
    language: 'Ruby',
    code: `require 'base64'; require 'openssl'; require 'securerandom'

def b64(data) = Base64.urlsafe_encode64(data, padding: false)

def grant(order_id)
  key = ENV.fetch('GANDER_SECRET_KEY')
  _, key_id, merchant, = key.split('_', 4)
  text = ['gander-grant-1', key_id, merchant, order_id, '1', 'ORIGIN', Time.now.to_i, SecureRandom.hex(16)].join("\\n")
  "gr1.#{b64(text)}.#{b64(OpenSSL::HMAC.digest('SHA256', key, text))}"
end`,
  },
  {
    language: 'Go',
    code: `func grant(orderID string) string {
	key := os.Getenv("GANDER_SECRET_KEY")
	part := strings.SplitN(key, "_", 4)
	nonce := make([]byte, 16)
	rand.Read(nonce) // crypto/rand
	text := strings.Join([]string{"gander-grant-1", part[1], part[2], orderID, "1", "ORIGIN",
		strconv.FormatInt(time.Now().Unix(), 10), hex.EncodeToString(nonce)}, "\\n")
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	b64 := base64.RawURLEncoding
	return "gr1." + b64.EncodeToString([]byte(text)) + "." + b64.EncodeToString(mac.Sum(nil))
}`,
  },
];
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: recipes are text
