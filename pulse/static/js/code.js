// Invitation codes, as in pulse/invitations/codes.py: Crockford's base 32. A mailed link carries 26
// symbols; a slip 10 and a check symbol, written 4-4-3. The parity of the first symbol tells the
// group, so that the page knows its questions without asking the server.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LINK_SYMBOLS = 26;
const SLIP_SYMBOLS = 11;

const value = (symbol) => ALPHABET.indexOf(symbol);

// A polynomial in GF(32), modulo x^5 + x^2 + 1: finds each wrong symbol and each swap of two.
function checkSymbol(symbols) {
  let remainder = 0;
  for (const symbol of [...symbols].reverse()) {
    remainder = (remainder ^ value(symbol)) << 1;
    if (remainder & 32) remainder ^= 0b100101;
  }
  return ALPHABET[remainder];
}

// Returns the one normal form, or null. Case, spaces and hyphens do not matter; O is 0, I and L are 1.
export function normalise(text) {
  const symbols = text.replace(/[\s\u00ad\u200b\u2010-\u2015\u2212-]/g, "").toUpperCase();
  const code = symbols.replace(/O/g, "0").replace(/[IL]/g, "1");
  if (![...code].every((symbol) => value(symbol) >= 0)) return null;
  if (code.length === LINK_SYMBOLS) return code;
  return isSlip(code) && checkSymbol(code.slice(0, -1)) === code.slice(-1) ? code : null;
}

export const isSlip = (code) => code.length === SLIP_SYMBOLS;

export const groupOf = (code) => (value(code[0]) % 2 ? "second" : "first");

// As it is printed.
export const written = (code) =>
  isSlip(code) ? [code.slice(0, 4), code.slice(4, 8), code.slice(8)].join("-") : code;
