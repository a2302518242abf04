// @vitest-environment happy-dom
import { FIELD_CLASS, FIELD_CLASSES, type FieldClassName } from '@gander/log-codes';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFieldClassifier } from './create-field-classifier.ts';
import { RANKS } from './words.ts';

const nameOf = (id: number): FieldClassName => FIELD_CLASSES[id]!.name;
const field = (html: string): HTMLInputElement => {
  document.body.innerHTML = html;
  return document.querySelector<HTMLInputElement>('#f') ?? document.querySelector('input,select,textarea')!;
};
const classOf = (html: string, allow?: string): FieldClassName =>
  nameOf(createFieldClassifier({ allow }).of(field(html)).field);

beforeEach(() => {
  document.body.innerHTML = '';
});

it('ranks every class of the table by its tier', () => {
  expect(RANKS).toHaveLength(FIELD_CLASSES.length);
  for (const { id, tier, name } of FIELD_CLASSES)
    expect({ S0: ['2', '3'], S1: ['1'], S2: ['0'] }[tier], name).toContain(RANKS[id]);
});

describe('a field is', () => {
  it.each<[FieldClassName, string]>([
    ['card-number', '<input autocomplete="billing cc-number">'],
    ['card-csc', '<input autocomplete="cc-csc">'],
    ['card-expiry', '<input autocomplete="cc-exp-month">'],
    ['card-name', '<input autocomplete="cc-name">'],
    ['password', '<input autocomplete="new-password">'],
    ['password', '<input type="password" name="x">'],
    ['otp', '<input autocomplete="one-time-code">'],
    ['pin', '<input type="password" name="pin">'],
    ['card-csc', '<input type="password" name="cvv">'],
    ['bank-account', '<label>IBAN <input></label>'],
    ['national-id', '<label for="f">Social security number</label><input id="f">'],
    ['given-name', '<input autocomplete="shipping given-name">'],
    ['family-name', '<input autocomplete="family-name">'],
    ['full-name', '<input autocomplete="name">'],
    ['email', '<input type="email" name="x">'],
    ['phone', '<input autocomplete="tel-national">'],
    ['street', '<input autocomplete="address-line2">'],
    ['city', '<input autocomplete="address-level2">'],
    ['region', '<input autocomplete="address-level1">'],
    ['postal-code', '<input autocomplete="postal-code">'],
    ['country', '<select autocomplete="country-name"></select>'],
    ['birthday', '<input autocomplete="bday-year">'],
    ['username', '<input autocomplete="username">'],
    ['organisation', '<input autocomplete="organization">'],
    ['search', '<input type="search" placeholder="Search">'],
    ['coupon', '<input name="promo_code">'],
    ['quantity', '<input type="number" name="qty">'],
    ['amount', '<input autocomplete="transaction-amount">'],
    ['message', '<textarea aria-label="Message to the courier"></textarea>'],
    ['secret', '<label>Your answer <input type="password" name="answer1"></label>'],
    ['secret', '<label>Verification code <input name="captcha_code"></label>'],
    ['otp', '<label>Verification code <input></label>'],
    ['choice', '<input type="checkbox" name="terms">'],
    ['choice', '<select name="size"></select>'],
    ['unknown', '<input>'],
    ['unknown', '<input type="tel">'],
    ['unknown', '<textarea></textarea>'],
    ['secret', '<input type="hidden" name="email">'],
    ['secret', '<input type="file" name="email">'],
    ['secret', '<div id="f">no field</div>'],
    ['secret', '<div data-gander="secret"><p><input type="email"></p></div>'],
  ])('%s: %s', (name, html) => expect(classOf(html)).toBe(name));

  it('a frame when it is one', () => {
    const frame = document.createElement('iframe');
    expect(nameOf(createFieldClassifier({}).of(frame).field)).toBe('frame');
  });

  it('what it is called anywhere, also written as one word, in camel case or full-width letters', () => {
    for (const html of [
      '<input name="cardnumber">',
      '<input id="billingCardNumber">',
      '<input placeholder="ＣＡＲＤ ＮＵＭＢＥＲ">',
      '<p id="l">Card-number *</p><input aria-labelledby="l">',
      '<div>Card number</div><div><input></div>',
    ])
      expect(classOf(html), html).toBe('card-number');
  });

  it('what its worst word says', () => {
    expect(classOf('<label>Card number <input type="email" name="email" autocomplete="email"></label>')).toBe(
      'card-number',
    );
  });

  it('a part of a date by what the label of its group says', () => {
    const month = '<label>Month <select></select></label>';
    expect(classOf(month)).toBe('card-expiry');
    expect(classOf(`<div role="group" aria-label="Date of birth">${month}</div>`)).toBe('birthday');
    expect(classOf(`<div role="group" aria-label="Billing address">${month}</div>`)).toBe('card-expiry');
  });

  it('not what a vague word says when another text says more', () => {
    expect(classOf('<label>Region <select name="country"></select></label>')).toBe('country');
    expect(classOf('<label>Region <select name="x"></select></label>')).toBe('region');
    expect(classOf('<form><input name="login" id="email"><input><input></form>')).toBe('email');
  });

  it('no password for the label alone where its id says who logs in', () => {
    const labels = '<label for="username">User name</label><label for="username">Password</label>';
    expect(classOf(`${labels}<input id="username">`)).toBe('username');
    expect(classOf('<label>E-mail <input autocomplete="new-password" id="email"></label>')).toBe('email');
    for (const html of [
      `${labels}<input type="password" id="username">`,
      '<input name="username" id="login-password">',
      '<label>User name and password <input name="username"></label>',
      '<label>Password <input name="email" id="email-2"></label>',
    ])
      expect(classOf(html), html).toBe('password');
  });

  it('a PIN, but a password where it is called both', () => {
    expect(classOf('<label>PIN <input type="password"></label>')).toBe('pin');
    expect(classOf('<label>Password <input type="password" name="pin"></label>')).toBe('password');
  });

  it('never told by what is in it: options, editable text, output', () => {
    expect(classOf('<label>Choose <select><option>Card number</option></select></label>')).toBe('choice');
    expect(
      classOf('<label><span contenteditable>card number</span><output>cvv</output> <input></label>'),
    ).toBe('unknown');
  });

  it('a username where it stands alone beside the only password', () => {
    const form = '<form><input id="f" type="email"><input type="password"></form>';
    expect(classOf(form)).toBe('username');
    expect(classOf(form.replace('type="password"', 'type="password" autocomplete="new-password"'))).toBe(
      'email',
    );
    expect(classOf(form.replace('<form>', '<form><input name="first_name">'))).toBe('email');
    expect(classOf(form.replace('type="password"', 'type="password" placeholder="Choose a password"'))).toBe(
      'email',
    );
  });

  it('a username where it is called so and stands alone', () => {
    expect(classOf('<form><input id="f" type="email" name="username"></form>')).toBe('username');
    expect(classOf('<form><input id="f" type="email"></form>')).toBe('email');
    expect(
      classOf(
        '<form><input id="f" type="email" name="username"><input name="city"><input name="zip"></form>',
      ),
    ).toBe('email');
  });
});

describe('once secret', () => {
  it('stays secret, whatever is changed', () => {
    const input = field('<input id="f" type="password" name="pw">');
    const fields = createFieldClassifier({ allow: '*' });
    expect(fields.inspect(input).tier).toBe('S0');
    input.type = 'text';
    input.name = 'coupon';
    input.setAttribute('autocomplete', 'email');
    input.dataset.gander = 'plain';
    expect(nameOf(fields.look(input).field)).toBe('password');
    expect(fields.inspect(input)).toMatchObject({ found: FIELD_CLASS.email, tier: 'S0' });
  });

  it('a field that becomes a worse one is the worse one, and keeps its number', () => {
    const input = field('<input id="f" name="coupon">');
    const fields = createFieldClassifier({});
    expect(fields.of(input)).toMatchObject({ rank: 0, field_no: 1 });
    input.name = 'email';
    expect(fields.look(input)).toMatchObject({ rank: 1, field_no: 1 });
    input.name = 'card_number';
    expect(fields.look(input)).toMatchObject({ rank: 2, field_no: 1 });
    input.name = 'password';
    expect(nameOf(fields.look(input).field)).toBe('password');
    input.name = 'card_number';
    expect(nameOf(fields.look(input).field)).toBe('password');
  });
});

describe('plain', () => {
  it('lowers what is unknown and nothing else', () => {
    expect(classOf('<div data-gander="plain"><input></div>')).toBe('plain');
    expect(classOf('<input class="ok">', '.ok')).toBe('plain');
    for (const html of ['<input type="password">', '<input name="cvv">', '<input type="hidden">'])
      expect(classOf(`<div data-gander="plain">${html}</div>`, '*'), html).not.toBe('plain');
    expect(classOf('<div data-gander="secret"><input data-gander="plain"></div>')).toBe('secret');
  });
});

it('holds through open shadow roots, and takes the host of a closed one for secret', () => {
  document.body.innerHTML = '<x-card data-gander="secret"></x-card>';
  const host = document.querySelector('x-card')!;
  const root = host.attachShadow({ mode: 'open' });
  root.innerHTML = '<input type="email">';
  const fields = createFieldClassifier({});
  expect(nameOf(fields.of(root.querySelector('input')!).field)).toBe('secret');
  expect(nameOf(fields.of(host).field)).toBe('secret');
});

it('#63 takes for secret what it cannot look at', () => {
  const input = field('<input type="email">');
  input.closest = () => {
    throw new Error('patched');
  };
  expect(nameOf(createFieldClassifier({}).of(input).field)).toBe('secret');
  expect(nameOf(createFieldClassifier({ allow: ':::' }).of(field('<input>')).field)).toBe('secret');
});

it('numbers fields in order of first sight', () => {
  document.body.innerHTML = '<input name="a"><input name="b">';
  const [a, b] = document.querySelectorAll('input');
  const fields = createFieldClassifier({});
  expect([fields.of(b!).field_no, fields.of(a!).field_no, fields.of(b!).field_no]).toEqual([1, 2, 1]);
});

it('never takes a secret for something personal because a language is read badly', () => {
  for (const label of [
    'Son kullanma tarihi',
    'Güvenlik kodu',
    'Kod CVV',
    'Vervaldatum',
    'Code personnel',
    'Codice segreto',
    'National ID',
    'ID number',
    'First six digits',
    'Last four digits',
    'Gift card',
    'ИНН плательщика',
    'Паспорт иностранца',
    '国民年金番号',
    '学生番号',
    'Captcha',
    'Shipping PIN',
    'Confirmation code',
    'Enter the 6-digit code sent to your phone',
    'Please enter the code from the text message',
    'Email code',
    'Enter your login code',
    'Confirmation code (check your e-mail)',
    'mobileTAN',
    'Wpisz 6-cyfrowy kod BLIK z aplikacji mobilnej banku',
    'Kod SMS wysłany na telefon',
    'Código enviado al móvil',
    'Code reçu par e-mail',
    'Saisissez le code reçu par message (SMS)',
    'Codice inviato al cellulare',
    'Код подтверждения, отправленный на телефон',
    '手机校验码',
    'メールに届いた確認コード',
    'Nomor Kartu',
    'Nombor kad kredit',
    'Nomor Rekening',
    'Account #',
    'Acct. No.',
    'Card number of the cardholder',
    'Clave de usuario',
    'Emirates ID',
    'Steuer-ID',
    'Taxpayer ID',
    'Passport / ID',
    'Cardholder ID',
    'Documento del titular',
    'RUT del titular',
    'Cédula de ciudadanía',
    'Person- eller organisationsnummer',
    'Aadhaar linked to the mobile',
    'Nomor KTP',
    '持卡人证件号',
    'Mother’s maiden name',
    'What was the name of your first pet?',
    'In which city were you born?',
    'Memorable name',
    'Anne kızlık soyadı',
    'Nome da mãe',
    'Respuesta secreta: ciudad',
    'Security question: your first phone number',
    'Secret recovery phrase (name it)',
    'Phone MPIN',
    'Telephone security number',
    'Telefonunuza gelen şifre',
    'We have sent an e-mail: type the six digits',
    'رمز التحقق المرسل إلى هاتفك',
  ])
    expect(createFieldClassifier({}).inspect(field(`<label>${label} <input></label>`)).tier, label).toBe(
      'S0',
    );
});

it('never takes a secret for something personal because its name begins with where it stands', () => {
  for (const html of [
    '<label>Month <select name="card_holder_details_expiry_month"></select></label>',
    '<label>Number <input name="cardholder[card_number]"></label>',
    '<label>Code <input name="phoneCode"></label>',
    '<label>Code <input id="loginForm:token" name="loginForm:token"></label>',
    '<input id="phone-otp1">',
    '<input id="emailOtpcode">',
    '<input id="mobile-pin1">',
    '<label>PESEL <input name="user[pesel]"></label>',
    '<label>TC Kimlik No <input name="custom_field[account][2]"></label>',
    '<label>NIF <input name="dwfrm_billing_addressFields_nif"></label>',
    '<label>Tax/VAT number <input id="address:taxvat"></label>',
    '<label>VAT number <input name="vat_id"></label>',
    '<label>口座番号 <input name="account"></label>',
    '<label>CNP <input name="address[cnp]"></label>',
    '<label>RFC <input name="empresa_rfc"></label>',
    '<label>ΑΦΜ <input name="company_afm"></label>',
    '<input name="name_hetu">',
    '<label>Code <input name="phone_number"></label>',
    '<label>Salasana <input name="user_name[salasana]"></label>',
  ])
    expect(createFieldClassifier({}).inspect(field(html)).tier, html).toBe('S0');
});

it('takes months and years of expiry for such in the languages of cards', () => {
  for (const label of [
    'Ablaufdatum',
    'Monat',
    'Jahr',
    'Vervaldatum',
    'Data ważności',
    'Mois',
    'Mes',
    'MM',
    '月',
  ])
    expect(classOf(`<label>${label} <select></select></label>`), label).toBe('card-expiry');
});

it.each([
  ['<label>Enter the code we sent to your email <input name="account_code"></label>'],
  ['<label>Code from the text message <input name="customerAccount.code"></label>'],
  ['<label>Enter the code from your phone <input name="account-2step"></label>'],
  ['<label>Enter the code we sent to your email <input name="country_step"></label>'],
  ['<label>Enter the code we sent to your email <textarea></textarea></label>'],
  ['<label>Code from the e-mail <input placeholder="Discount members: see your app"></label>'],
])('a code stays one beside another text about an account, a country or an area: %s', (html) => {
  expect(classOf(html)).toBe('otp');
});

it('takes what is asked in years or months for no expiry because a word of Korean has that syllable', () => {
  expect(classOf('<label>년 <select></select></label>')).toBe('card-expiry');
  expect(classOf('<label>월급 <input></label>')).toBe('unknown');
  expect(classOf('<label>내년 암호 <input></label>')).toBe('password');
});

it('takes no search among personal things for a plain one', () => {
  expect(classOf('<input name="address_search">')).toBe('street');
  expect(classOf('<input name="customer_name_search">')).toBe('full-name');
  expect(classOf('<input name="phone_search">')).toBe('phone');
  expect(classOf('<input name="search">')).toBe('search');
});

it('takes no ordinary field for a code because one is spoken of', () => {
  expect(classOf('<label>Phone number (with country code) <input></label>')).toBe('phone');
  expect(classOf('<label>Phone country code <select></select></label>')).toBe('country');
  expect(classOf('<label>Coupon code (sent by e-mail) <input></label>')).toBe('coupon');
  expect(classOf('<label>Kod pocztowy <input></label>')).toBe('postal-code');
  expect(classOf('<label>E-mail (your receipt goes there) <input></label>')).toBe('email');
});

it('knows ordinary fields by the last words of their name, and by labels in any order', () => {
  for (const [name, html] of [
    ['street', '<input name="address_line_1">'],
    ['phone', '<input id="billing.phoneNumber">'],
    ['organisation', '<input name="company_name">'],
    ['given-name', '<input name="addressFields_firstName">'],
    ['postal-code', '<input name="zip_search">'],
    ['birthday', '<select name="dob[day]"></select>'],
    ['country', '<label>Pays <select name="id_country"></select></label>'],
    ['phone', '<label>Phone number (10 digits) <input name="x"></label>'],
    ['phone', '<label>Telephone number for the courier <input></label>'],
  ] as const)
    expect(classOf(html), html).toBe(name);
});

it('takes vague words for who logs in only beside a password', () => {
  const input = '<label>Shop ID <input id="f"></label>';
  expect(classOf(`<form>${input}<input type="password"><input type="tel"></form>`)).toBe('username');
  expect(classOf(`<form>${input}</form><form><input type="password"></form>`)).toBe('unknown');
  expect(classOf(`<div>${input}</div><input type="password">`)).toBe('username');
});

it('L25: knows cards in the largest languages of the web', () => {
  for (const label of [
    'Card number',
    'Número de tarjeta',
    'Numéro de carte',
    'Kartennummer',
    'Numero carta di credito',
    'Número do cartão',
    'Номер карты',
    'カード番号',
    '卡号',
    '카드 번호',
    'Numer karty',
    'Kart numarası',
    'رقم البطاقة',
  ])
    expect(classOf(`<label>${label} <input></label>`), label).toMatch(/^card-number$/);
});
