// A second implementation of SecureMessageV2, in another language, on other libraries (@noble/*): it takes only `given`
// from the committed vectors (secrets, plaintexts, who seals and opens when), makes every other value, and compares.
//
//     npm ci --silent && node verify.mjs [FILE]
//
// Exit 0: all are the same. 1: some differ, and the first is named. 2: it could not run. The last line counts.

import { readFileSync } from 'node:fs';
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { argon2id } from '@noble/hashes/argon2.js';
import { hkdf } from '@noble/hashes/hkdf.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex as hex, concatBytes, hexToBytes as unhex, utf8ToBytes as utf8 } from '@noble/hashes/utils.js';

const COMMITTED = new URL('../../../machine/tests/vectors/secure_message_v2.json', import.meta.url);
const LABELS = {
  x3dh: 'qfs/x3dh/v2', tagKeys: 'qfs/tag-keys/v2', root: 'qfs/root/v2', chain: 'qfs/chain/v2',
  message: 'qfs/message/v2', tag: 'qfs/tag/v2', random: 'qfs/random/v2',
};
const ARGON2ID = { m: 19456, t: 2, p: 1 };
const ZEROS = new Uint8Array(32);
const PAD = 160;

// --- primitives ---

const derive = (salt, ikm, label, length) => hkdf(sha256, ikm, salt, utf8(label), length);
const base64 = (bytes) => Buffer.from(bytes).toString('base64');

/** HKDF to so many keys of 32 bytes. */
function deriveKeys(salt, ikm, label, count) {
  const all = derive(salt, ikm, label, 32 * count);
  return Array.from({ length: count }, (_, at) => all.subarray(32 * at, 32 * at + 32));
}

/** RFC 8785 for what occurs here: objects, arrays, ASCII strings, small integers. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`;
}

/** ISO/IEC 7816-4: 0x80, then zeros up to a multiple of PAD. */
function pad(plaintext) {
  const padded = new Uint8Array(Math.ceil((plaintext.length + 1) / PAD) * PAD);
  padded.set(plaintext);
  padded[plaintext.length] = 0x80;
  return padded;
}

function unpad(padded) {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end -= 1;
  if (padded[end] !== 0x80) throw new Error('the padding is broken');
  return padded.subarray(0, end);
}

// --- a device: handshake and ratchet ---

class Device {
  constructor({ device_seed, identity_secret, prekey_secret, user }, origin) {
    Object.assign(this, { origin, user });
    [this.seed, this.identity, this.prekey] = [device_seed, identity_secret, prekey_secret].map(unhex);
    this.deviceKey = ed25519.getPublicKey(this.seed);
    this.identityKey = x25519.getPublicKey(this.identity);
    this.prekeyPublic = x25519.getPublicKey(this.prekey);
    this.session = null;
  }

  published() {
    const message = `qfs/prekey/v1\n${hex(this.identityKey)}\n${hex(this.prekeyPublic)}`;
    const signature = ed25519.sign(utf8(message), this.seed);
    if (!ed25519.verify(signature, utf8(message), this.deviceKey)) throw new Error('the signature does not verify');
    return {
      device_key: hex(this.deviceKey), identity_key: hex(this.identityKey), prekey: hex(this.prekeyPublic),
      prekey_message: message, prekey_sig: hex(signature),
    };
  }

  /** X3DH as the initiator; the three agreements and what they make. */
  initiate(to, random) {
    const { ephemeral: secret } = randomness(to, random);
    const agreements = [[this.identity, to.prekeyPublic], [secret, to.identityKey], [secret, to.prekeyPublic]]
      .map(([ours, theirs]) => x25519.getSharedSecret(ours, theirs));
    return { secret, ephemeral: x25519.getPublicKey(secret), agreements, root: sharedSecret(agreements) };
  }

  /** X3DH as the receiver. */
  respond(from, ephemeral) {
    const agreements = [[this.prekey, from.identityKey], [this.identity, ephemeral], [this.prekey, ephemeral]];
    return sharedSecret(agreements.map(([ours, theirs]) => x25519.getSharedSecret(ours, theirs)));
  }

  /** The lines that both ends are named by in what a message is bound to. */
  name() {
    return `${this.user}\n${hex(this.deviceKey)}\n${hex(this.identityKey)}\n`;
  }

  seal(to, { plaintext, random: given, thread }) {
    const random = unhex(given);
    this.session ??= this.begin(to, random);
    const { session } = this;
    const turn = session.sending ? null : this.turn(to, random);
    const { chain, n } = session.sending;
    const [next, key] = deriveKeys(ZEROS, chain, LABELS.chain, 2);
    session.sending = { chain: next, n: n + 1 };
    const { salt } = randomness(to, random);
    const header = {
      n, previous: session.previous, random: hex(salt), ratchet: hex(x25519.getPublicKey(session.ratchet)),
      session: hex(session.id), turn: session.turns - 1, ...(session.prekey && { prekey: hex(session.prekey) }),
    };
    const associated = associatedData(this.origin, session, thread, header);
    const sealed = encrypt(key, salt, utf8(plaintext), associated);
    const tagKey = session.tagKeys[this === session.initiator ? 0 : 1];
    const marks = tagOf(tagKey, associated, sealed.ciphertext);
    const [from, at] = [this, to].map(({ deviceKey }) => hex(deviceKey));
    const envelope = { ciphertext: sealed.ciphertext, from, header, tag: marks.tag, to: at };
    const blob = canonical({ copies: [envelope], v: 2 });
    const keys = { chain_key: hex(chain), message_key: hex(key), next_chain_key: hex(next), tag_key: hex(tagKey) };
    return { ...sealed, ...keys, ...marks, blob, header: canonical(header), turn };
  }

  begin(to, random) {
    const { ephemeral, root } = this.initiate(to, random);
    return { ...sessionOf(this, to, root), id: ephemeral, prekey: to.prekeyPublic, theirs: to.prekeyPublic };
  }

  /** A new sending chain: the randomness becomes the ratchet key. */
  turn(to, random) {
    const { session } = this;
    const { ratchet: fresh } = randomness(to, random);
    const agreement = x25519.getSharedSecret(fresh, session.theirs);
    const [root, chain] = deriveKeys(session.root, agreement, LABELS.root, 2);
    const record = {
      agreement: hex(agreement), chain_key: hex(chain),
      ratchet: hex(x25519.getPublicKey(fresh)), ratchet_secret: hex(fresh), root_key: hex(root),
      root_key_before: hex(session.root), their_ratchet: hex(session.theirs),
    };
    Object.assign(session, { root, ratchet: fresh, sending: { chain, n: 0 }, turns: session.turns + 1 });
    return record;
  }

  /** Opens the blob's one copy; what is held afterwards. */
  open(from, blob, thread) {
    const { ciphertext, header, tag } = JSON.parse(blob).copies[0];
    this.session ??= this.answer(from, header);
    const { session } = this;
    const associated = associatedData(this.origin, session, thread, header);
    const tagKey = session.tagKeys[from === session.initiator ? 0 : 1];
    if (tagOf(tagKey, associated, ciphertext).tag !== tag) throw new Error('the tag does not verify');
    let chain = session.receiving.find((known) => known.turn === header.turn);
    chain ??= this.beginChain(header);
    const plaintext = decrypt(takeKey(chain, header.n), unhex(header.random), ciphertext, associated);
    session.prekey = null;
    const receiving = session.receiving.map(({ key, n, ratchet, skipped, turn }) => {
      const kept = skipped.map(([at, message]) => [at, hex(message)]);
      return { chain_key: key && hex(key), n, ratchet, skipped: kept, turn };
    });
    const text = new TextDecoder('utf-8', { fatal: true }).decode(plaintext);
    return { plaintext: text, receiving, root_key: hex(session.root) };
  }

  answer(from, { prekey, session }) {
    if (prekey !== hex(this.prekeyPublic)) throw new Error('an unknown prekey');
    const id = unhex(session);
    return { ...sessionOf(from, this, this.respond(from, id)), id, ratchet: this.prekey };
  }

  /** The other has turned: its last chain ends at `previous`, a new one begins. */
  beginChain({ previous, ratchet, turn }) {
    const { session } = this;
    if (session.receiving.length) {
      skipTo(session.receiving.at(-1), previous);
      session.receiving.at(-1).key = null;
    }
    const agreement = x25519.getSharedSecret(session.ratchet, unhex(ratchet));
    const [root, key] = deriveKeys(session.root, agreement, LABELS.root, 2);
    const chain = { key, n: 0, ratchet, skipped: [], turn };
    session.receiving.push(chain);
    Object.assign(session, { root, theirs: unhex(ratchet), previous: session.sending?.n ?? 0, sending: null });
    return chain;
  }
}

/** What the 32 random bytes of one sealing give the copy for a device. */
function randomness({ deviceKey }, random) {
  const [ephemeral, ratchet, salt] = deriveKeys(deviceKey, random, LABELS.random, 3);
  return { ephemeral, ratchet, salt };
}

function sessionOf(initiator, responder, root) {
  const [id, prekey, ratchet, theirs, sending] = [null, null, null, null, null];
  const tagKeys = deriveKeys(ZEROS, root, LABELS.tagKeys, 2);
  return {
    initiator, responder, root, tagKeys, id, prekey, previous: 0, ratchet, theirs, sending, turns: 0, receiving: [],
  };
}

function sharedSecret(agreements) {
  return derive(ZEROS, concatBytes(new Uint8Array(32).fill(0xff), ...agreements), LABELS.x3dh, 32);
}

function step(chain) {
  const [next, key] = deriveKeys(ZEROS, chain.key, LABELS.chain, 2);
  Object.assign(chain, { key: next, n: chain.n + 1 });
  return key;
}

function skipTo(chain, n) {
  while (chain.key && chain.n < n) chain.skipped.push([chain.n, step(chain)]);
}

function takeKey(chain, n) {
  skipTo(chain, n);
  if (chain.key && n === chain.n) return step(chain);
  const at = chain.skipped.findIndex(([skipped]) => skipped === n);
  if (at < 0) throw new Error(`message ${n} was opened before`);
  return chain.skipped.splice(at, 1)[0][1];
}

// --- envelopes ---

/** Tag, origin, both ends, thread, a line each, and the header behind them. */
function associatedData(origin, { initiator, responder }, thread, header) {
  return `qfs/msg/v2\n${origin}\n${initiator.name()}${responder.name()}${thread}\n${canonical(header)}`;
}

function tagOf(tagKey, associated, ciphertext) {
  const digest = hex(sha256(utf8(`qfs/ciphertext/v2\n${ciphertext}`)));
  const tag = hex(derive(tagKey, utf8(`${associated}\n${digest}`), LABELS.tag, 32));
  return { ciphertext_digest: digest, tag };
}

/** Cipher key and nonce of a message: its own randomness goes into both. */
function cipherOf(key, salt) {
  const both = derive(salt, key, LABELS.message, 44);
  return [both.subarray(0, 32), both.subarray(32)];
}

function encrypt(key, salt, plaintext, associated) {
  const [cipherKey, nonce] = cipherOf(key, salt);
  const padded = pad(plaintext);
  const ciphertext = base64(chacha20poly1305(cipherKey, nonce, utf8(associated)).encrypt(padded));
  return {
    associated_data: associated, cipher_key: hex(cipherKey), ciphertext, nonce: hex(nonce), padded: hex(padded),
  };
}

function decrypt(key, salt, ciphertext, associated) {
  const bytes = new Uint8Array(Buffer.from(ciphertext, 'base64'));
  return unpad(chacha20poly1305(...cipherOf(key, salt), utf8(associated)).decrypt(bytes));
}

function padding(length) {
  const padded = pad(new Uint8Array(length).fill(0x61));
  return { bytes: padded.length, end: hex(padded.subarray(length)), plaintext_bytes: length };
}

// --- beside the messages ---

function safetyNumber({ ours, theirs }) {
  const [our, their] = [ours, theirs].map((keys) => {
    const lines = [...new Set(keys)].sort().map((key) => `${key}\n`);
    return sha256(utf8(`qfs/safety/v2\n${lines.join('')}`));
  });
  const number = [our, their].map(digits).sort().join('');
  return { number, our_digest: hex(our), their_digest: hex(their) };
}

/** Six groups of five digits, each five bytes modulo 100,000; the last two bytes are not used. */
function digits(digest) {
  const group = (at) => Number(BigInt(`0x${hex(digest.subarray(at, at + 5))}`) % 100_000n);
  return [0, 5, 10, 15, 20, 25].map((at) => String(group(at)).padStart(5, '0')).join('');
}

function exported({ history, passphrase, salt }) {
  const key = argon2id(utf8(passphrase), unhex(salt), { ...ARGON2ID, dkLen: 32, version: 0x13 });
  const [nonce, associated_data] = [new Uint8Array(12), 'qfs/export/v2\n'];
  const ciphertext = base64(chacha20poly1305(key, nonce, utf8(associated_data)).encrypt(utf8(history)));
  const costs = { lanes: ARGON2ID.p, memory_kib: ARGON2ID.m, passes: ARGON2ID.t };
  const file = canonical({ ciphertext, ...costs, salt, v: 2 });
  return { associated_data, ciphertext, file, key: hex(key), ...costs, nonce: hex(nonce), salt };
}

// --- the document ---

function compute(given) {
  const [alice, bob] = [given.alice, given.bob].map((device) => new Device(device, given.origin));
  const devices = { alice, bob };
  return {
    devices: { alice: alice.published(), bob: bob.published() },
    export: exported(given.export),
    handshake: handshake(devices, given),
    labels: Object.values(LABELS),
    ...conversation(devices, given),
    padding: given.padding.map(padding),
    safety_number: safetyNumber(given.safety_number),
  };
}

/** The handshake of the first message; both sides must come to the same secret. */
function handshake({ alice, bob }, { messages, script }) {
  const { secret, ephemeral, agreements, root } = alice.initiate(bob, unhex(messages[script[0].split(' ')[1]].random));
  if (hex(bob.respond(alice, ephemeral)) !== hex(root)) throw new Error('the two sides of the handshake disagree');
  const [dh1, dh2, dh3] = agreements.map(hex);
  const [initiators, responders] = deriveKeys(ZEROS, root, LABELS.tagKeys, 2).map(hex);
  return {
    dh1, dh2, dh3, ephemeral: hex(ephemeral), ephemeral_secret: hex(secret),
    initiators_tag_key: initiators, responders_tag_key: responders, shared_secret: hex(root),
  };
}

function conversation(devices, { messages, script }) {
  const [sealed, opened] = [{}, {}];
  for (const [act, name] of script.map((line) => line.split(' '))) {
    const { from, to, plaintext, thread } = messages[name];
    if (act === 'seal') sealed[name] = devices[from].seal(devices[to], messages[name]);
    else opened[name] = devices[to].open(devices[from], sealed[name].blob, thread);
    if (act === 'open' && opened[name].plaintext !== plaintext) throw new Error(`${name} opens to something else`);
  }
  return { opened, sealed };
}

// --- comparing ---

const isTree = (value) => typeof value === 'object' && value !== null;

/** What follows from nothing: prose, and what is chosen. */
const NOT_COMPARED = ['$.about', '$.given'];

/** Every leaf of either side, as [path, committed, computed]. */
function* leaves(path, committed, computed) {
  const trees = [committed, computed].filter(isTree);
  if (!trees.length) return yield [path, committed, computed];
  const names = [...new Set(trees.flatMap(Object.keys))].sort();
  if (!names.length && trees.length < 2) yield [path, committed, computed];
  for (const name of names.filter((name) => !NOT_COMPARED.includes(`${path}.${name}`))) {
    const inner = Array.isArray(trees[0]) ? `${path}[${name}]` : `${path}.${name}`;
    yield* leaves(inner, ...[committed, computed].map((side) => (isTree(side) ? side[name] : undefined)));
  }
}

function main(file) {
  const committed = JSON.parse(readFileSync(file, 'utf8'));
  const all = [...leaves('$', committed, compute(committed.given))];
  const failed = all.filter(([, left, right]) => left !== right);
  if (failed.length) {
    const [path, left, right] = failed[0];
    const [was, is] = [left, right].map((value) => JSON.stringify(value) ?? 'nothing');
    console.log(`${path}: committed ${was}, computed ${is}`);
  }
  console.log(`${all.length - failed.length} passed, ${failed.length} failed`);
  return failed.length || !all.length ? 1 : 0;
}

try {
  process.exitCode = main(process.argv[2] ?? COMMITTED);
} catch (error) {
  console.error(`verify.mjs: ${error.message}`);
  process.exitCode = 2;
}
