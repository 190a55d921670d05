//! ZS702: files and sockets.

use super::{Group, Rule};

/// Files and sockets.
pub(super) static RULE: Rule = Rule {
    id: "ZS702",
    title: "files and sockets",
    group: Group::Io,
    what: "`std::fs`, sockets, what `Path` asks the disk, tokio's fs and net, HTTP clients, databases, memory maps. Addresses as data are fine.",
    why: "The state of the world is not in the ledger.",
    instead: "Read outside, and put what was read into the event.",
    misses: "`exists()` and the like on a receiver of unknown type are judged by name.",
    message: "`{}` asks the world outside",
    bad: r"use std::path::Path;
fn apply(file: &Path) -> Option<String> {
    if !file.exists() { //~ ZS702
        return None;
    }
    std::fs::read_to_string(file).ok() //~ ZS702
}
",
    good: r"use std::net::Ipv4Addr;
use std::path::Path;
fn apply(file: &Path, content: &str) -> Option<Ipv4Addr> {
    file.extension()?;
    content.parse().ok()
}
",
    paths: &["std::fs", "std::net::TcpStream", "std::net::TcpListener", "std::net::UdpSocket", "std::net::ToSocketAddrs", "std::net::Incoming", "std::net::Shutdown", "std::os", "std::path::Path::exists", "std::path::Path::try_exists", "std::path::Path::is_file", "std::path::Path::is_dir", "std::path::Path::is_symlink", "std::path::Path::metadata", "std::path::Path::symlink_metadata", "std::path::Path::canonicalize", "std::path::Path::read_dir", "std::path::Path::read_link", "std::path::absolute", "std::io::pipe", "std::io::PipeReader", "std::io::PipeWriter", "tokio::fs", "tokio::net", "tokio::io", "async_std::fs", "async_std::net", "reqwest", "hyper", "hyper_util", "memmap2", "memmap", "walkdir", "glob", "ignore", "ureq", "curl", "attohttpc", "isahc", "surf", "mio", "socket2", "sqlx", "rusqlite", "rocksdb", "sled", "redb", "heed", "lmdb", "redis", "postgres", "tokio_postgres", "mysql", "diesel", "mongodb", "notify", "fs_extra", "fs_err", "fs2", "same_file", "native_tls", "openssl", "rustls", "tungstenite", "tokio_tungstenite", "quinn", "zmq", "rdkafka", "lapin", "aws_sdk_s3", "cap_std", "camino::Utf8Path::exists", "cargo_metadata", "trust_dns_resolver", "hickory_resolver", "dns_lookup", "serialport", "rodio", "image::open", "csv::Reader::from_path", "zip", "ssh2", "git2", "gix"],
    methods: &["try_exists", "read_dir", "canonicalize", "read_link", "symlink_metadata", "is_symlink", "is_file", "is_dir", "exists", "to_socket_addrs"],
    ..Rule::BASE
};
