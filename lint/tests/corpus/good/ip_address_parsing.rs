use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4};

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    pub id: u32,
    pub addr: SocketAddr,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JoinError {
    BadAddress,
    Loopback(IpAddr),
}

pub fn join(id: u32, text: &str, port: u16) -> Result<Member, JoinError> {
    let ip: IpAddr = text.parse().map_err(|_| JoinError::BadAddress)?;
    match ip {
        IpAddr::V4(v4) if v4.is_loopback() => Err(JoinError::Loopback(ip)),
        IpAddr::V6(v6) if v6 == Ipv6Addr::LOCALHOST => Err(JoinError::Loopback(ip)),
        _ => Ok(Member { id, addr: SocketAddr::new(ip, port) }),
    }
}

pub fn subnet(ip: Ipv4Addr, bits: u8) -> Ipv4Addr {
    let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
    Ipv4Addr::from(u32::from(ip) & mask)
}

pub fn default_peer() -> SocketAddrV4 {
    SocketAddrV4::new(Ipv4Addr::new(10, 0, 0, 1), 4000)
}
