// The cryptography of a respondent's browser; nothing else runs on the answers.
//
// 1. A credential, signed blindly: RFC 9474, RSABSSA-SHA384-PSS-Randomized. The server signs
//    `blinded` and cannot recognise `msg` and `sig` when it meets them on the ballot.
// 2. A sealed ballot: RFC 9180 (HPKE) base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256,
//    AES-128-GCM. Only the envelope key, which the server destroys after the count, opens it.
//
// The same steps under the same names, in Python: pulse/credentials/blind_rsa.py, message.py,
// client.py and pulse/responses/sealing.py. Both are tested with the vectors of the RFCs and with
// each other. Needs a secure context (https or localhost): elsewhere `crypto.subtle` is missing.

const subtle = crypto.subtle;
const HASH_BYTES = 48; // SHA-384; also the length of the PSS salt
const BODY_BYTES = 2048; // every ballot has this length before sealing
const RSA_PSS = { name: "RSA-PSS", hash: "SHA-384" };
const P256 = { name: "ECDH", namedCurve: "P-256" };

// ---- Bytes, text and numbers ----

const utf8 = (text) => new TextEncoder().encode(text);

const randomBytes = (size) => crypto.getRandomValues(new Uint8Array(size));

const concat = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

export const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

const toNumber = (bytes) => BigInt("0x" + hex(bytes));

const toBytes = (number, size) =>
  Uint8Array.from(number.toString(16).padStart(2 * size, "0").match(/../g), (pair) =>
    parseInt(pair, 16),
  );

export const digest = async (name, bytes) => new Uint8Array(await subtle.digest(name, bytes));

const toBase64url = (bytes) =>
  btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

export const fromBase64url = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));

// ---- RSA ----

// base^exponent mod n, by repeated squaring.
function power(base, exponent, n) {
  let result = 1n;
  for (; exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % n;
    base = (base * base) % n;
  }
  return result;
}

// The number x with a * x = 1 mod n, by Euclid's algorithm; null if a and n share a factor.
function inverse(a, n) {
  let [r, nextR, x, nextX] = [n, a % n, 0n, 1n];
  while (nextR) {
    const quotient = r / nextR;
    [r, nextR] = [nextR, r - quotient * nextR];
    [x, nextX] = [nextX, x - quotient * nextX];
  }
  return r === 1n ? (x + n) % n : null;
}

// Reads an issuance key (SPKI, base64url) and refuses one that could be weak or made for tagging.
// The page compares `kid`, the SHA-256 of the SPKI in hexadecimal, with the published wave notice.
export async function importIssuanceKey(spki) {
  const der = fromBase64url(spki);
  const verifier = await subtle.importKey("spki", der, RSA_PSS, true, ["verify"]);
  const jwk = await subtle.exportKey("jwk", verifier);
  const modulus = fromBase64url(jwk.n);
  const [n, e] = [toNumber(modulus), toNumber(fromBase64url(jwk.e))];
  if (e !== 65537n || !(n & 1n) || modulus.length < 256 || modulus[0] < 128) {
    throw new Error("unsuitable issuance key");
  }
  return { spki, n, e, size: modulus.length, verifier, kid: hex(await digest("SHA-256", der)) };
}

// MGF1 with SHA-384 (RFC 8017, B.2.1).
async function mgf1(seed, size) {
  const blocks = [];
  for (let i = 0; i * HASH_BYTES < size; i++) {
    blocks.push(await digest("SHA-384", concat(seed, [0, 0, 0, i])));
  }
  return concat(...blocks).subarray(0, size);
}

// EMSA-PSS-ENCODE (RFC 8017, 9.1.1): `size` is that of the modulus, whose first bit stays free.
async function pssEncode(msg, size, salt) {
  const messageHash = await digest("SHA-384", msg);
  const hash = await digest("SHA-384", concat(new Uint8Array(8), messageHash, salt));
  const block = new Uint8Array(size - HASH_BYTES - 1);
  block.set(concat([1], salt), block.length - salt.length - 1);
  const mask = await mgf1(hash, block.length);
  const masked = block.map((byte, i) => byte ^ mask[i]);
  masked[0] &= 0x7f;
  return concat(masked, hash, [0xbc]);
}

// Blind (RFC 9474, 4.2): multiplies the encoded message by r^e for a uniformly random r below n.
export async function blind(key, msg, random = randomBytes) {
  const m = toNumber(await pssEncode(msg, key.size, random(HASH_BYTES)));
  if (!inverse(m, key.n)) throw new Error("unsuitable issuance key");
  let r, inv;
  do {
    r = toNumber(random(key.size));
    inv = r < key.n ? inverse(r, key.n) : null;
  } while (!inv);
  const z = (m * power(r, key.e, key.n)) % key.n;
  return { blinded: toBytes(z, key.size), inv: toBytes(inv, key.size) };
}

// Finalize (RFC 9474, 4.4): takes r out again and verifies what is left.
export async function finalize(key, msg, blindSig, inv) {
  const z = toNumber(blindSig);
  if (blindSig.length !== key.size || z >= key.n) throw new Error("wrong signature");
  const sig = toBytes((z * toNumber(inv)) % key.n, key.size);
  const pss = { name: "RSA-PSS", saltLength: HASH_BYTES };
  if (!(await subtle.verify(pss, key.verifier, sig, msg))) throw new Error("wrong signature");
  return sig;
}

// ---- Credential ----

// What binds a credential to one wave, group and key.
export function label(wave, group, kid) {
  if (![wave, group, kid].every((field) => /^[\w.-]{1,64}$/.test(field))) {
    throw new Error("malformed label");
  }
  return `pulse/v1|${wave}|${group}|${kid}|`;
}

// Store the whole result before sending `blinded`: without `inv` the server's answer is lost.
export async function makeCredentialRequest({ wave, group, key }, random = randomBytes) {
  const prefix = random(32);
  const msg = concat(prefix, utf8(label(wave, group, key.kid)), random(32));
  const { blinded, inv } = await blind(key, msg, random);
  return {
    spki: key.spki, // so that after a reload the signature is checked with this key and no other
    msg: toBase64url(msg),
    inv: toBase64url(inv),
    blinded: toBase64url(blinded),
  };
}

// Turns the server's answer into a credential: the token is spent by casting one ballot.
export async function finalizeCredential({ spki, msg, inv }, blindSignature) {
  const key = await importIssuanceKey(spki);
  const message = fromBase64url(msg);
  const blindSig = fromBase64url(blindSignature);
  const sig = await finalize(key, message, blindSig, fromBase64url(inv));
  return { msg, sig: toBase64url(sig), token: toBase64url(message.slice(-32)) };
}

// ---- Sealed ballot ----

// Length in two bytes, the body, zeros: all ballots look alike.
export function pad(body) {
  if (body.length > BODY_BYTES - 2) throw new RangeError("the ballot is too long");
  const padded = new Uint8Array(BODY_BYTES);
  padded.set([body.length >> 8, body.length & 255]);
  padded.set(body, 2);
  return padded;
}

async function hmac(key, bytes) {
  const sha256 = { name: "HMAC", hash: "SHA-256" };
  const hmacKey = await subtle.importKey("raw", key, sha256, false, ["sign"]);
  return new Uint8Array(await subtle.sign("HMAC", hmacKey, bytes));
}

// LabeledExtract and LabeledExpand of RFC 9180, section 4. An empty salt is 32 zero bytes to HMAC;
// one block of HKDF-Expand is enough, since nothing here is longer than 32 bytes.
const kdf = (suiteId) => ({
  extract: (salt, name, secret) =>
    hmac(salt ?? new Uint8Array(32), concat(utf8("HPKE-v1"), suiteId, utf8(name), secret)),
  expand: async (secret, name, context, size) => {
    const bound = concat([0, size], utf8("HPKE-v1"), suiteId, utf8(name), context, [1]);
    return (await hmac(secret, bound)).subarray(0, size);
  },
});

// Seal(pkR, info, aad, pt) of RFC 9180, section 6.1; returns enc | ct. `ephemeral` and `aad` are
// parameters for the test vectors only.
export async function hpkeSeal(publicKey, info, plaintext, ephemeral, aad = new Uint8Array()) {
  const pair = ephemeral ?? (await subtle.generateKey(P256, true, ["deriveBits"]));
  const raw = async (key) => new Uint8Array(await subtle.exportKey("raw", key));
  const enc = await raw(pair.publicKey);
  const ecdh = { name: "ECDH", public: publicKey };
  const dh = new Uint8Array(await subtle.deriveBits(ecdh, pair.privateKey, 256));

  const kem = kdf(concat(utf8("KEM"), [0, 0x10]));
  const kemContext = concat(enc, await raw(publicKey));
  const prk = await kem.extract(null, "eae_prk", dh);
  const sharedSecret = await kem.expand(prk, "shared_secret", kemContext, 32);

  const hpke = kdf(concat(utf8("HPKE"), [0, 0x10, 0, 1, 0, 1]));
  const pskIdHash = await hpke.extract(null, "psk_id_hash", []);
  const infoHash = await hpke.extract(null, "info_hash", info);
  const context = concat([0], pskIdHash, infoHash); // 0: base mode
  const secret = await hpke.extract(sharedSecret, "secret", []);
  const key = await hpke.expand(secret, "key", context, 16);
  const nonce = await hpke.expand(secret, "base_nonce", context, 12);

  const aesKey = await subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const aes = { name: "AES-GCM", iv: nonce, additionalData: aad };
  return concat(enc, new Uint8Array(await subtle.encrypt(aes, aesKey, plaintext)));
}

// Seals the ballot text to the wave's envelope key (SPKI, base64url). It opens only together with
// this label and token, so that nobody can move it to another credential.
export async function sealBallot({ envelopeKey, label, token, body }) {
  const publicKey = await subtle.importKey("spki", fromBase64url(envelopeKey), P256, true, []);
  const tokenHash = await digest("SHA-256", fromBase64url(token));
  const info = concat(utf8(label), tokenHash);
  return toBase64url(await hpkeSeal(publicKey, info, pad(utf8(body))));
}
