//! The workload on turmoil: UDP sockets on simulated hosts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use turmoil::net::UdpSocket;

use crate::workload::{CLIENTS, chain, payload};

const PORT: u16 = 7;

/// Runs the workload once; how many messages were delivered.
pub fn run(seed: u64, requests: u32) -> u64 {
    let delivered = Arc::new(AtomicU64::new(0));
    let mut sim = turmoil::Builder::new()
        .rng_seed(seed)
        .min_message_latency(Duration::from_millis(1))
        .max_message_latency(Duration::from_millis(10))
        .fail_rate(0.01)
        // lost messages are single ones: the link is whole again for the next
        .repair_rate(1.0)
        .simulation_duration(Duration::from_secs(1_000_000))
        .build();
    let count = Arc::clone(&delivered);
    sim.host("server", move || serve(Arc::clone(&count)));
    for client in 1..=CLIENTS {
        sim.client(format!("client{client}"), ask(client, requests, Arc::clone(&delivered)));
    }
    sim.run().expect("the workload ends");
    delivered.load(Ordering::Relaxed)
}

async fn serve(delivered: Arc<AtomicU64>) -> turmoil::Result {
    let socket = UdpSocket::bind(("0.0.0.0", PORT)).await?;
    let (mut head, mut buffer) = ([0; 32], [0; 104]);
    loop {
        let (_, from) = socket.recv_from(&mut buffer).await?;
        delivered.fetch_add(1, Ordering::Relaxed);
        head = chain(&head, &buffer[4..]);
        let mut reply = [0; 36];
        reply[..4].copy_from_slice(&buffer[..4]);
        reply[4..].copy_from_slice(&head);
        send(&socket, &reply, from, delivered.load(Ordering::Relaxed)).await?;
    }
}

async fn ask(client: u32, requests: u32, delivered: Arc<AtomicU64>) -> turmoil::Result {
    let socket = UdpSocket::bind(("0.0.0.0", PORT)).await?;
    let server = (turmoil::lookup("server"), PORT).into();
    for number in 0..requests {
        let mut request = [0; 104];
        request[..4].copy_from_slice(&number.to_le_bytes());
        request[4..].copy_from_slice(&payload(client, number));
        loop {
            send(&socket, &request, server, delivered.load(Ordering::Relaxed)).await?;
            let reply = tokio::time::timeout(Duration::from_millis(50), reply(&socket, number, &delivered));
            if reply.await.is_ok() {
                break;
            }
        }
    }
    Ok(())
}

async fn reply(socket: &UdpSocket, number: u32, delivered: &AtomicU64) -> turmoil::Result {
    let mut buffer = [0; 36];
    loop {
        socket.recv_from(&mut buffer).await?;
        delivered.fetch_add(1, Ordering::Relaxed);
        if buffer[..4] == number.to_le_bytes() {
            return Ok(());
        }
    }
}

/// Sends one in a hundred twice.
async fn send(socket: &UdpSocket, bytes: &[u8], to: std::net::SocketAddr, nth: u64) -> turmoil::Result {
    socket.send_to(bytes, to).await?;
    if nth % 100 == 99 {
        socket.send_to(bytes, to).await?;
    }
    Ok(())
}
