//! The unknown crate is hidden behind two layers of re-exports.

mod codec {
    pub mod v1 {
        pub use compact_wire::pack as encode;
    }
    pub use self::v1::encode;
}

pub struct Snapshot {
    pub height: u64,
    pub bytes: Vec<u8>,
}

pub fn freeze(snap: &Snapshot) -> Vec<u8> {
    let mut out = snap.height.to_le_bytes().to_vec();
    out.extend(codec::encode(&snap.bytes)); //~ ZS001
    out
}
