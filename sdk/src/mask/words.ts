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

/**
 * How secret each class is, by id: 0 plain (S2), 1 personal (S1), 2 secret with a summary of 9 bits, 3 secret with time and method
 * alone (both S0). A test holds it against the table of classes.
 */
export const RANKS = '32321333231111111110111000000303';

/**
 * What secret fields are called, worst first; a word of these anywhere about a field decides. Texts are folded by `fold.ts` before they
 * are matched: lower case, no Latin or Cyrillic diacritics, words apart by one blank, each text between semicolons. Each expression
 * runs in linear time: no repetition of any length but `\w*` between fixed words.
 */
// biome-ignore format: one row is one class
export const SECRET_WORDS: readonly (readonly [RegExp, number])[] = [
  [/ssn|social ?s|passport ?n|tax ?i|national ?i|\bid ?[cn]|\bcpf|\bdni|fiscal|身份/, NATIONAL_ID],
  [/\bc(vv|vc|sc|id\b)|cvv|(security|card) ?co|veri\w{0,9} ?val|crypto|pruf|s[ei][cg]ur\w{3,5} ?co|d\w s[ei][cg]ur|безоп|セキュリ|安全/, CARD_CSC],
  [/\bpin\b/, PIN],
  [/pass(w| ?ph|co|;)|contras|senha|парол|パス|密码|비밀/, PASSWORD],
  [/otp\b|one ?time|[2m]fa\b|(veri|auth|sms)\w{0,9} ?co|認証|验证|인증/, OTP],
  [/iban|\bbic|swift|account ?n[ou]|routing|sort ?c|\bbank|konto/, BANK_ACCOUNT],
  [/name on (th|c|y)|c(ard)?c? ?name|(d|t) ?holder|titola|titula|inhaber|держ|名義|持卡/, CARD_NAME],
  [/exp(i|\b| ?[dmy])|;mm ?[yaj]|valid(ade| ?[tu])|venc|scad|caduc|gult|срок|期|유효|انتهاء/, CARD_EXPIRY],
  [/card ?n|\bcc ?n|;cc;|credit ?card;|tarj|cart[ae]\b|cartao|kart[ey]|kart n|kaart|карт|カード|卡|카드|بطاقة/, CARD_NUMBER],
];

/** What the other fields are called; the first row that matches the first text that matches any wins. */
// biome-ignore format: one row is one class
export const OTHER_WORDS: readonly (readonly [RegExp, number])[] = [
  [/coupon|promo|vouch|discount/, COUPON],
  [/quant|\bqty/, QUANTITY],
  [/amount/, AMOUNT],
  [/messag|comment|\bnote/, MESSAGE],
  [/birth|\bdob|bday|geb(u|oo)r|nac?im|nasc|naiss|рожд|生[年日]|出生|생년|ميلاد/, BIRTHDAY],
  [/use?r ?(na|id)|(login|account) ?na|nick|benutz|usuario|utilis|логин|ユーザ|用户|아이디|kullan[ıi]/, USERNAME],
  [/e ?mail|\bmail(?!i)|correo|почт(?!о)|メール|邮箱|이메일/, EMAIL],
  [/company|organi|firma|empresa/, ORGANISATION],
  [/zip|post(al|le)? ?(c|n|i)|plz|\bc[ae]p\b|индекс|poczt|郵|邮|우편|posta/, POSTAL_CODE],
  [/country|\bland\b|\bpa(is|ys|ese)\b|страна|;国;|国[家籍]|국가|الدولة/, COUNTRY],
  [/phone|\btel|mobil|movil|\bcell|телеф|電話|电话|手机|전화|هاتف/, PHONE],
  [/full ?na|氏名|姓名/, FULL_NAME],
  [/last ?n|name last|\bl ?name|surn|family|nachn|apell|achtern|sobren|;nom;|cogn|фами|;姓;|nazw|soyad/, FAMILY_NAME],
  [/first ?[n;]|\bf ?name|given|middle|additional|voo?rn|prenom|;nom[eb]r?e?;|;名;|imie|;adi?;/, GIVEN_NAME],
  [/state|provin|region|county|prefec|estado|област|省|level ?1/, REGION],
  [/city|town|stadt|ciud|ville|citta|cidade|город|市[区町]|城市|도시|plaats|miasto|sehir|مدينة|level ?2/, CITY],
  [/addr|street|stra[sß]|direcc|adres|\brue\b|straat|indiriz|endere|адрес|улиц|住所|地址|주소|ulic|عنوان|\bt?apt|suite/, STREET],
  [/name|\bnom|имя|이름|naam|الاسم/, FULL_NAME],
  [/user|log ?[io]n|\bacc(t|ount)|member|\bid\b/, USERNAME],
  [/search/, SEARCH],
  [/\bmonth|\byear/, CARD_EXPIRY],
];
