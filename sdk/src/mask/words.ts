import type { FIELD_CLASS } from '@gander/log-codes/encode';

/** Ids of the field classes the classifier names. Numbers, checked against the table by type, so that the table stays out of the bundle. */
type Id = typeof FIELD_CLASS;
export const UNKNOWN = 0 satisfies Id['unknown'];
export const CARD_NUMBER = 1 satisfies Id['card-number'];
export const CARD_CSC = 2 satisfies Id['card-csc'];
export const CARD_EXPIRY = 3 satisfies Id['card-expiry'];
export const CARD_NAME = 4 satisfies Id['card-name'];
export const PASSWORD = 5 satisfies Id['password'];
export const OTP = 6 satisfies Id['otp'];
export const PIN = 7 satisfies Id['pin'];
export const BANK_ACCOUNT = 8 satisfies Id['bank-account'];
export const NATIONAL_ID = 9 satisfies Id['national-id'];
export const EMAIL = 10 satisfies Id['email'];
export const PHONE = 11 satisfies Id['phone'];
export const FULL_NAME = 12 satisfies Id['full-name'];
export const GIVEN_NAME = 13 satisfies Id['given-name'];
export const FAMILY_NAME = 14 satisfies Id['family-name'];
export const STREET = 15 satisfies Id['street'];
export const CITY = 16 satisfies Id['city'];
export const REGION = 17 satisfies Id['region'];
export const POSTAL_CODE = 18 satisfies Id['postal-code'];
export const COUNTRY = 19 satisfies Id['country'];
export const BIRTHDAY = 20 satisfies Id['birthday'];
export const USERNAME = 21 satisfies Id['username'];
export const ORGANISATION = 22 satisfies Id['organisation'];
export const SEARCH = 23 satisfies Id['search'];
export const COUPON = 24 satisfies Id['coupon'];
export const QUANTITY = 25 satisfies Id['quantity'];
export const AMOUNT = 26 satisfies Id['amount'];
export const MESSAGE = 27 satisfies Id['message'];
export const CHOICE = 28 satisfies Id['choice'];
export const FRAME = 29 satisfies Id['frame'];
export const PLAIN = 30 satisfies Id['plain'];
export const SECRET = 31 satisfies Id['secret'];

/** Tier of each class, by id: 0, 1 or 2 for S0, S1, S2. A test holds it against the table. */
export const TIERS = '00001000001111111112111222222020';

/**
 * What fields are called, worst class first; the first that matches wins. Texts are folded by `fold.ts` before they are matched: lower
 * case, no Latin or Cyrillic diacritics, words apart by one blank. Each expression runs in linear time: no nested or open repetition.
 */
// biome-ignore format: one row is one class
export const WORDS: readonly (readonly [RegExp, number])[] = [
  [/pass ?(wor[dt]|phrase|code)|passwd|kennwort|contrasena|\bclave\b|mot de passe|\bmdp\b|senha|wachtwoord|hasl[oa]\b|sifre|парол|パスワード|密码|密碼|비밀 ?번호|암호|كلمة (ال)?(مرور|سر)/, PASSWORD],
  [/\bc ?[vs] ?[vc] ?2?\b|\bcid\b|cvv|security ?(code|num)|card ?(verif|code|sec)|cryptogramme|prufnummer|prufziffer|sicherheitscode|(codigo|codice|cod) (de|di) (segur|sicur)|beveiligingscode|guvenlik kodu|код безопасн|セキュリティ ?コード|安全码|安全碼|보안 ?코드|رمز الأمان/, CARD_CSC],
  [/\botp\b|one ?time|\b[2m]fa\b|totp|verif\w* ?code|(auth\w*|sms) ?code|codigo de verif|code de verif|bestatigungscode|codice di verif|код подтвер|認証コード|验证码|驗證碼|인증 ?번호|kod weryf|dogrulama kodu|رمز التحقق/, OTP],
  [/\bpin\b|pin ?code|\bпин/, PIN],
  [/\biban\b|account ?(num|no\b)|routing|sort ?code|\bbic\b|swift|bank ?account|kontonummer|numero de cuenta|rekeningnummer|numer konta|口座番号|账号|계좌/, BANK_ACCOUNT],
  [/\bssn\b|social ?sec|passport|tax ?id|national ?id|\bcpf\b|\bcnpj\b|\bdni\b|\bnif\b|\bnie\b|codice fiscale|pesel|\bbsn\b|\binn\b|\bинн\b|снилс|паспорт|身份证|주민|مارقم الهوية/, NATIONAL_ID],
  [/name on ?(the |your )?card|card ?(holder|owner|name)|\bcc ?name|holder ?name|titular|titulaire|karteninhaber|intestatario|имя .{0,20}карт|держател|名義|持卡人|kaart ?houder|posiadacz|kart uzerindeki/, CARD_NAME],
  [/\bexp(ir\w*|iry)?\b|\bexp ?(date|month|year|mm|yy)|\bmm ?yy|cad(ucidad|uta)|venc|valid(ade|ita)|gultig|ablauf|срок действ|有効期限|有效期|유효 ?기간|vervaldatum|wazn|son kullanma|تاريخ الانتهاء/, CARD_EXPIRY],
  [/card ?(num|no\b|n\b)|\bcc ?(num|no|n)\b|ccnum|credit ?card|debit ?card|\bpan\b|(num\w*|nr|n) (de |da |do |della |van )?(la |tu |su )?(tarj|cart[aeo])|kartennummer|kreditkarte|номер.{0,20}карт|カード番号|卡号|卡號|카드 ?번호|kaartnummer|numer karty|kart num|رقم البطاقة/, CARD_NUMBER],
  [/e ?mail|correo|почт|メール|邮箱|郵箱|電子郵件|이메일|بريد/, EMAIL],
  [/phone|\btel\b|mobile|movil|telef|handy|cellulare|celular|телефон|電話|电话|手机|手機|전화|휴대|gsm|هاتف/, PHONE],
  [/birth|\bdob\b|\bbday|geburt|nacim|nascim|naissance|nascita|рожден|生年月日|生日|생년|geboorte|urodz|dogum|ميلاد/, BIRTHDAY],
  [/zip|post(al)? ?(code|num)|postcode|\bplz\b|postleitzahl|codigo postal|code postal|\bcep\b|\bcap\b|индекс|郵便番号|邮编|邮政编码|우편 ?번호|kod pocz|posta kodu|الرمز البريدي/, POSTAL_CODE],
  [/first ?name|given|\bfname|\bforename|vorname|prenom|nombre\b(?! (de usuario|completo))|primer ?nombre|middle ?name|\bimya\b|\bимя|名前|voornaam|imie\b|\badi?\b/, GIVEN_NAME],
  [/last ?name|sur ?name|family|\blname|nachname|apellido|nom de famille|cognome|sobrenome|фамил|苗字|achternaam|nazwisko|soyad/, FAMILY_NAME],
  [/user|login|\bnick|benutzer|usuario|utente|utilisateur|логин|ユーザー|用户名|아이디|gebruiker|kullanici/, USERNAME],
  [/country|\bland\b|\bpais\b|\bpays\b|paese|nazione|страна|国家|國家|국가|\bkraj\b|ulke/, COUNTRY],
  [/state|province|region|county|bundesland|provincia|estado|область|регион|都道府県|省份|wojew/, REGION],
  [/city|town|\bort\b|stadt|ciudad|\bville\b|citta|cidade|город|市区町村|城市|도시|\bplaats|miasto|sehir|مدينة/, CITY],
  [/address|street|\baddr|strass?e|hausnummer|direccion|adresse|\brue\b|indirizzo|endereco|\brua\b|адрес|улица|住所|地址|주소|straat|\badres|ulica|عنوان/, STREET],
  [/company|organi[sz]ation|firma\b|empresa|entreprise|azienda|societe|会社|公司|회사|bedrijf|компани/, ORGANISATION],
  [/coupon|promo|voucher|discount|gift ?code|gutschein|cupon|cupom|bon de reduction|sconto|промокод|купон|クーポン|优惠|쿠폰|kortings|kod rabat|indirim/, COUPON],
  [/search|query|buscar|suche|recherche|cerca|поиск|検索|搜索|검색|zoek|szukaj|\bara\b/, SEARCH],
  [/quantity|\bqty\b|menge|cantidad|quantite|quantita|количеств|数量|수량|aantal|ilosc|adet/, QUANTITY],
  [/amount|betrag|importe|montant|importo|valor\b|сумма|金額|金额|금액|bedrag|kwota|tutar/, AMOUNT],
  [/full ?name|your ?name|\bname\b|nombre completo|nom complet|nome completo|nome e cognome|фио|氏名|姓名|이름|성명|\bnaam\b|imie i nazwisko|ad soyad|الاسم/, FULL_NAME],
  [/message|comment|\bnotes?\b|nachricht|mensaje|mensagem|messaggio|сообщен|коммент|備考|留言|메모|opmerking|wiadom|mesaj/, MESSAGE],
];
