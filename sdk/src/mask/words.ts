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

/** A row is a class and what it is called; the first row that matches wins. */
export type Rows = readonly (readonly [RegExp, number])[];

/**
 * Reads a table: rows end with a slash, each a class's number and an expression in which `_` is a word's edge (`\\b`). Texts are folded by
 * `fold.ts` before they are matched: lower case, no Latin or Cyrillic diacritics, words apart by one blank, each text between semicolons.
 * Each runs in linear time: no repetition of any length but `.*` behind `^`.
 */
const rows = (table: string): Rows =>
  table
    .split('/')
    .map((row) => [RegExp(row.replace(/\d+/, '').replace(/_/g, '\\b')), Number.parseInt(row, 10)]);

/**
 * What secret fields are called, worst first; a word of these anywhere about a field decides. What the field's `id` calls a user name
 * or an e-mail address is no password because a label says so: labels are often copied from the next field.
 */
// biome-ignore format: one row is one class
export const SECRET_WORDS = rows(
  `${NATIONAL_ID}ssn|social ?s|;passport|passport ?n|_tax|_vat_|national ?i[dn]|_id ?(c(?!ou)|n)|holder.{0,3}id_|_cpf|_dni|_ni[ef]_|nric|_ru[ct]_|_bsn|pesel|aadh|kimlik|cedula|personn|ionsnu|docum|steuer|licen|fiscal|身份|证件/` +
  `${CARD_CSC}_c(vv|vc|sc|id_)|cvv|(security|card) ?co|card veri|veri[a-z]{0,9} ?val|crypto|pruf|s[ei][cg]ur[a-z]{3,5} ?(co|n)|d[a-z] s[ei][cg]ur|безоп|セキュリ|安全/` +
  `${PIN}^;(?!.+pass).*_m?pin[^a-z]/` +
  `${SECRET}captcha|secre|memora|answ|antwo|r[ei]sp(ue|o)sta|odpow|ответ|答|إجاب|question(?!s)|mother|mutter|moeder|madre|mere_|_mae_|matk|матери|母|kızl|school|_pet_|favo|childh|mascot|(was|were|did) (the|you)/` +
  `${PASSWORD}^;password|^(?!.*(user ?name|email);$).*pass(w|co|;)|phrase|sifre|contras|clave|senha|парол|パス|密码|비밀|암호/` +
  `${OTP}otp([^a-z]|co)|one ?time|[2m]fa_|(veri|auth|sms)[a-z]{0,9} ?co|認証|验证|인증/` +
  `${BANK_ACCOUNT}iban|_bic|swift|acc(t|ount) ?n[ou]|wallet a|routing|sort ?c|_bank|konto/` +
  `${CARD_EXPIRY}exp(i|_| ?[dmy])|;mm ?[yaj]|valid(ade| ?[tu])|good th|_cc ?[my]|venc|scad|caduc|gult|ablauf|verval|wazn|son kul|срок|期|유효|انتهاء/` +
  `${CARD_NUMBER}(card|holder) ?nu/` +
  `${CARD_NAME}name on (th|c|y)|c(ard)?c? ?name|(d|t) ?(hold|own)er|titola|titula|inhaber|держ|名義|持卡/` +
  `${CARD_NUMBER}card ?n|_cc ?n|;cc;|it ?card;|tarj|cart[ae]_|cartao|kart[ey]|kart n|kaart|карт|カード|卡|카드|بطاقة`,
);

/** What the other fields are called; the first row that matches the first text that matches any wins. */
// biome-ignore format: one row is one class
export const OTHER_WORDS = rows(
  `${COUPON}coupon|promo|vouch|discount/` +
  `${QUANTITY}quant|_qty/` +
  `${AMOUNT}amount/` +
  `${BIRTHDAY}birth|_dob.*|bday|geb(u|oo)r|nac?im|nasc|naiss|рожд|;day;|生[年日]|出生|생년|ميلاد/` +
  `${USERNAME}use?r ?(na|id)|(login|account) ?na|nick|benutz|usuario|utilis|логин|ユーザ|用户|아이디|kullan[ıi]|пользов|登录/` +
  `${EMAIL}e ?mail|_mail(?!i)|correo|почт(?!о)|メール|邮箱|이메일/` +
  `${ORGANISATION}company|organi|_firma|empresa/` +
  `${POSTAL_CODE}zip.*|post(al|le)? ?(c|n|i)|plz|_c[ae]p_(?! tel)|индекс|poczt|郵|邮|우편|posta/` +
  `${PHONE}phone(?! ?coun)|_tel|mobil|movil|_cell|телеф|電話|电话|手机|전화|هاتف/` +
  `${COUNTRY}country.*|_land_|_pa(is|ys|ese)_|страна|;国;|国[家籍]|국가|الدولة/` +
  `${MESSAGE}messag|comment|_note/` +
  `${FULL_NAME}full ?na|氏名|姓名/` +
  `${FAMILY_NAME}last ?n|name last|_l ?name|surn|family|nachn|apell|achtern|sobren|;nom;|cogn|фами|;姓;|nazw|soyad/` +
  `${GIVEN_NAME}first ?[n;]|_f ?name|given|middle|additional|voo?rn|prenom|;nom[eb]r?e?;|;名;|imie|;adi?;/` +
  `${CITY}city|town|stadt|ciudad_|ville|citta|cidade|город|市[区町]|城市|도시|plaats|miasto|sehir|مدينة|level ?2/` +
  `${REGION}state|provin|[^;]region|county|prefec|estado|област|省|level ?1/` +
  `${STREET}addr|street|stra[sß]|direcc|adres|_rue_|straat|indiriz|endere|адрес|улиц|住所|地址|주소|ulic|عنوان|_t?apt|suite/` +
  `${FULL_NAME}name|_nom(?!b?or|m?er|re)|имя|이름|naam|الاسم/` +
  `${SEARCH}search`,
);

/**
 * What may follow such a word in a `name` or `id`. These begin with where a field stands, also one that asks for a secret (`address[cnp]`,
 * `company_nif`): what ends in a word that says nothing here is not known by the words before.
 */
export const NAME_END =
  /^\S*( (code\b|type|inp|fie|te|num\b|number;|n[or];|name|line|addr|id\b|value|verify|search|\d|.\b).*)?$/;

/** What says little: asked when no text says more. The label of the field's group stands before its texts here. */
// biome-ignore format: one row is one class
export const VAGUE_WORDS = rows(
  `${USERNAME}member|(user|log ?[io]n)( .)?;|_account|_id_/` +
  `${REGION}region/` +
  `${BIRTHDAY}birth.{0,99}(month|year)/` +
  `${CARD_EXPIRY}_mon|;mm;|_m(es|ois)_|_y(ear|y_|il)|_ja[ah]r|_an[in]?o_|_rok_|;год;|السنة|[年月]|[ ;\\d][년월];`,
);

/** What makes a code of what is called by where it was sent ("the code in our text message"): unless it is one of a country or area. */
export const CODE_WORDS =
  /^(?!.*(area|coun)).*((code|kode?|codigo|codice|\btan|token)\b|(;|6|[xe] ).?digit|;123456;|رمز|届い|код|校验|动态|コード)/;
