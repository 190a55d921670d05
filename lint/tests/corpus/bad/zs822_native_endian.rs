pub struct Packet {
    pub sequence: u32,
    pub body: Vec<u8>,
}

pub fn encode(p: &Packet) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    out.extend(p.sequence.to_ne_bytes()); //~ ZS822
    out.extend_from_slice(&p.body);
    out
}

pub fn sequence(bytes: [u8; 4]) -> u32 {
    u32::from_ne_bytes(bytes) //~ ZS822
}
