//! A CRC table computed at compile time.

const fn table() -> [u32; 256] {
    let mut out = [0u32; 256];
    let mut i = 0;
    while i < 256 {
        let mut c = i as u32;
        let mut k = 0;
        while k < 8 {
            c = if c & 1 == 1 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
            k += 1;
        }
        out[i] = c;
        i += 1;
    }
    out
}

pub static TABLE: [u32; 256] = table();

const _: () = assert!(TABLE.len() == 256);

pub fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0u32, |c, b| TABLE[((c ^ u32::from(*b)) & 0xff) as usize] ^ (c >> 8))
}

pub const fn clamp(v: i64, low: i64, high: i64) -> i64 {
    if v < low {
        low
    } else if v > high {
        high
    } else {
        v
    }
}
