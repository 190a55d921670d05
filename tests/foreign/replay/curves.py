"""The cryptography that a ledger needs, from its standards alone, so that no library is shared with what is checked.

Ed25519 (RFC 8032, verified as strictly as `verify_strict`), ECDSA over secp256k1 with RFC 6979 nonces and public key
recovery, Keccak-256 and EIP-55. It is not constant in time: it signs published test keys only.
"""

import functools
import hashlib
import hmac

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)

Q = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798,
     0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8, 1)


# --- Ed25519: points are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z ---

@functools.cache
def ed_public(seed):
    """The 32 bytes of the public key of a 32-byte seed."""
    return _ed_encode(_ed_mul([(_ed_secret(seed)[0], ED_BASE)]))


def ed_scalar(seed):
    """The secret number below the group's order behind a seed's public key."""
    return _ed_secret(seed)[0] % L


def ed_sign(seed, message):
    """The 64-byte signature; deterministic."""
    secret, prefix = _ed_secret(seed)
    nonce = _ed_hash(prefix + message)
    big_r = _ed_encode(_ed_mul([(nonce, ED_BASE)]))
    challenge = _ed_hash(big_r + ed_public(seed) + message)
    return big_r + ((nonce + challenge * secret) % L).to_bytes(32, "little")


def ed_verify(key, message, signature):
    """Strict: canonical s, canonical key and R of an order above 8, the equation without cofactor."""
    if len(signature) != 64:
        return False
    s = int.from_bytes(signature[32:], "little")
    point = ed_good_key(key)
    if s >= L or point is None or ed_good_key(signature[:32]) is None:
        return False
    x, y, z, t = point
    challenge = _ed_hash(signature[:32] + key + message)
    return _ed_encode(_ed_mul([(s, ED_BASE), (challenge, (-x % P, y, z, -t % P))])) == signature[:32]


def ed_good_key(encoded):
    """The point, or None if the 32 bytes are no canonical point or one of low order."""
    point = _ed_decode(encoded)
    if point is None:
        return None
    eightfold = _ed_double(_ed_double(_ed_double(point)))
    return None if eightfold[0] == 0 and eightfold[1] == eightfold[2] else point


def x25519_low_order(encoded):
    """Whether a Curve25519 u-coordinate is of low order: on its curve, or on the twist; the top bit is masked (RFC 7748)."""
    u = (int.from_bytes(encoded, "little") & (2**255 - 1)) % P
    return u in LOW_ORDER_U


def _ed_secret(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & ((1 << 254) - 8) | (1 << 254)
    return scalar, digest[32:]


def _ed_hash(data):
    return int.from_bytes(hashlib.sha512(data).digest(), "little") % L


def _ed_encode(point):
    x, y, z, _ = point
    inverse = pow(z, -1, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _ed_decode(encoded):
    if len(encoded) != 32:
        return None
    number = int.from_bytes(encoded, "little")
    sign, y = number >> 255, number & (2**255 - 1)
    if y >= P:
        return None
    x = _ed_x(y, sign)
    return None if x is None else (x, y, 1, x * y % P)


def _ed_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _ed_add(left, right):
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * D * t1 * t2 % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _ed_double(point):
    x, y, z, _ = point
    a, b, c = x * x % P, y * y % P, 2 * z * z % P
    h = a + b
    e, g = h - (x + y) * (x + y), a - b
    f = c + g
    return e * f % P, g * h % P, f * g % P, e * h % P


def _ed_mul(terms):
    return _combine(terms, _ed_add, _ed_double, (0, 1, 1, 0))


# --- secp256k1: points are Jacobian (X, Y, Z), x = X/Z^2, y = Y/Z^3; Z = 0 is the neutral one ---

def k1_public(secret):
    """The public point (x, y) of a secret number."""
    return _k1_affine(_k1_mul([(secret, G)]))


def k1_sign(secret, digest):
    """(r, s, parity of R) with the nonce of RFC 6979 (SHA-256) and low s."""
    for nonce in _rfc6979(secret, digest):
        x, y = _k1_affine(_k1_mul([(nonce, G)]))
        r = x % N
        s = pow(nonce, -1, N) * (int.from_bytes(digest, "big") + r * secret) % N
        if r and s and x < N:
            return (r, N - s, 1 - (y & 1)) if s > N // 2 else (r, s, y & 1)
    return None


def k1_recover(digest, r, s, parity):
    """The public point that signed, or None. `s` must be low; an R with x >= n is never looked for."""
    if not 0 < r < N or not 0 < s <= N // 2:
        return None
    y = pow((r**3 + 7) % Q, (Q + 1) // 4, Q)
    if (y * y - r**3 - 7) % Q:
        return None
    y = Q - y if y & 1 != parity else y
    inverse = pow(r, -1, N)
    message = int.from_bytes(digest, "big")
    return _k1_affine(_k1_mul([(s * inverse % N, (r, y, 1)), (-message * inverse % N, G)]))


def address_of(point):
    """The lower-case Ethereum address of a public point."""
    x, y = point
    return "0x" + keccak256(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[12:].hex()


def eip55(address):
    """The mixed-case spelling of a lower-case address."""
    digest = keccak256(address[2:].encode()).hex()
    return "0x" + "".join(c.upper() if int(d, 16) >= 8 else c for c, d in zip(address[2:], digest))


def eip191(text):
    """The digest that a wallet signs for the bytes of a text."""
    return keccak256(b"\x19Ethereum Signed Message:\n" + str(len(text)).encode() + text)


def _rfc6979(secret, digest):
    material = secret.to_bytes(32, "big") + (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    key, value = bytes(32), b"\x01" * 32
    for mark in (b"\x00", b"\x01"):
        key = _hmac(key, value + mark + material)
        value = _hmac(key, value)
    while True:
        value = _hmac(key, value)
        nonce = int.from_bytes(value, "big")
        if 0 < nonce < N:
            yield nonce
        key = _hmac(key, value + b"\x00")
        value = _hmac(key, value)


def _hmac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def _k1_affine(point):
    x, y, z = point
    if z == 0:
        return None
    inverse = pow(z, -1, Q)
    return x * inverse**2 % Q, y * inverse**3 % Q


def _k1_double(point):
    x, y, z = point
    a, b = x * x % Q, y * y % Q
    s = 4 * x * b % Q
    m = 3 * a
    x3 = (m * m - 2 * s) % Q
    return x3, (m * (s - x3) - 8 * b * b) % Q, 2 * y * z % Q


def _k1_add(left, right):
    if left[2] == 0:
        return right
    if right[2] == 0:
        return left
    x1, y1, z1 = left
    x2, y2, z2 = right
    s1, s2 = z1 * z1 % Q, z2 * z2 % Q
    u1, h = x1 * s2 % Q, (x2 * s1 - x1 * s2) % Q
    v1, r = y1 * s2 * z2 % Q, (y2 * s1 * z1 - y1 * s2 * z2) % Q
    if h == 0:
        return _k1_double(left) if r == 0 else (1, 1, 0)
    h2 = h * h % Q
    h3, w = h2 * h % Q, u1 * h2 % Q
    x3 = (r * r - h3 - 2 * w) % Q
    return x3, (r * (w - x3) - v1 * h3) % Q, h * z1 * z2 % Q


def _k1_mul(terms):
    return _combine(terms, _k1_add, _k1_double, (1, 1, 0))


# --- both curves: a sum of products, four bits at a time (Straus) ---

def _combine(terms, add, double, zero):
    rows = [(scalar, _multiples(point, add, zero)) for scalar, point in terms]
    total = zero
    for shift in range(252, -4, -4):
        total = double(double(double(double(total))))
        for scalar, multiples in rows:
            digit = scalar >> shift & 15
            if digit:
                total = add(total, multiples[digit])
    return total


_BASES = {}


def _multiples(point, add, zero):
    if point in _BASES:
        return _BASES[point]
    multiples = [zero]
    for _ in range(15):
        multiples.append(add(multiples[-1], point))
    if point in (ED_BASE, G):
        _BASES[point] = multiples
    return multiples


# --- Keccak-256: the padding of 2011, which SHA-3 changed ---

def keccak256(data):
    """32 bytes; Ethereum's hash."""
    padded = bytearray(data + bytes(136 - len(data) % 136))
    padded[len(data)] ^= 0x01
    padded[-1] ^= 0x80
    lanes = [0] * 25
    for block in range(0, len(padded), 136):
        for lane in range(17):
            lanes[lane] ^= int.from_bytes(padded[block + 8 * lane:block + 8 * lane + 8], "little")
        lanes = _keccak_f(lanes)
    return b"".join(lane.to_bytes(8, "little") for lane in lanes[:4])


def _keccak_f(a):
    for constant in KECCAK_ROUNDS:
        c = [a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20] for x in range(5)]
        d = [c[x - 1] ^ _rotate(c[(x + 1) % 5], 1) for x in range(5)]
        b = [0] * 25
        for source, target, turn in KECCAK_MOVES:
            b[target] = _rotate(a[source] ^ d[source % 5], turn)
        a = [b[i] ^ (~b[i - i % 5 + (i + 1) % 5] & b[i - i % 5 + (i + 2) % 5]) for i in range(25)]
        a[0] ^= constant
    return a


def _rotate(lane, turn):
    return (lane << turn | lane >> (64 - turn)) & (2**64 - 1)


def _keccak_moves():
    """(from, to, turn) of the steps rho and pi."""
    moves, x, y = [(0, 0, 0)], 1, 0
    for t in range(24):
        to_x, to_y = y, (2 * x + 3 * y) % 5
        moves.append((x + 5 * y, to_x + 5 * to_y, (t + 1) * (t + 2) // 2 % 64))
        x, y = to_x, to_y
    return moves


def _keccak_rounds():
    """The round constants, from the register that defines them."""
    rounds, register = [], 1
    for _ in range(24):
        constant = 0
        for j in range(7):
            constant |= (register & 1) << (2**j - 1)
            register = register << 1 ^ (register >> 7) * 0x171
        rounds.append(constant)
    return rounds


def _low_order_u():
    """The five u-coordinates 0, 1, -1 and the two of order 8, by way of the Edwards points of order 8: u = (1 + y) / (1 - y)."""
    torsion, generator = set(), 2
    while len(torsion) < 5:
        point = _ed_decode(generator.to_bytes(32, "little"))
        generator += 1
        if point is not None:
            point = _ed_mul([(L, point)])
            y = point[1] * pow(point[2], -1, P) % P
            torsion |= {(1 + s) * pow(1 - s, P - 2, P) % P for s in (y, -y % P)} | {0, 1, P - 1}
    return torsion


ED_BASE = _ed_decode(b"\x58" + b"\x66" * 31)
KECCAK_MOVES = _keccak_moves()
KECCAK_ROUNDS = _keccak_rounds()
LOW_ORDER_U = _low_order_u()
