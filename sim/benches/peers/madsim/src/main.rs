//! The workload on madsim: one endpoint a node. Prints delivered messages a second of thread CPU time.
//!
//! Started by the driver beside it with a seed and a number of requests; compiled with `--cfg madsim`.

use std::{
    env, io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use cpu_time::ThreadTime;
use madsim::{Config, net::Endpoint, runtime::Runtime, time::timeout};
use sha2::{Digest, Sha256};

const CLIENTS: u32 = 8;
const SERVER: &str = "10.0.0.1:7";
const TAG: u64 = 1;

fn main() {
    let mut arguments = env::args().skip(1).map(|text| text.parse::<u64>().expect("usage: peer-madsim SEED REQUESTS"));
    let (seed, requests) = (arguments.next().unwrap_or(0), arguments.next().unwrap_or(100) as u32);
    let start = ThreadTime::now();
    let delivered = run(seed, requests);
    println!("{}", delivered as f64 / start.elapsed().as_secs_f64());
}

fn run(seed: u64, requests: u32) -> u64 {
    let mut config = Config::default();
    config.net.packet_loss_rate = 0.01;
    config.net.send_latency = Duration::from_millis(1)..Duration::from_millis(10);
    let runtime = Runtime::with_seed_and_config(seed, config);
    let delivered = Arc::new(AtomicU64::new(0));

    let server = runtime.create_node().name("server").ip("10.0.0.1".parse().expect("an address")).build();
    server.spawn(serve(Arc::clone(&delivered)));
    let clients: Vec<_> = (1..=CLIENTS)
        .map(|client| {
            let address = format!("10.0.1.{client}").parse().expect("an address");
            let node = runtime.create_node().name(format!("client{client}")).ip(address).build();
            node.spawn(ask(client, requests, Arc::clone(&delivered)))
        })
        .collect();
    runtime.block_on(async move {
        for client in clients {
            client.await.expect("the task ends").expect("the workload ends");
        }
    });
    delivered.load(Ordering::Relaxed)
}

async fn serve(delivered: Arc<AtomicU64>) -> io::Result<()> {
    let endpoint = Endpoint::bind(SERVER).await?;
    let (mut head, mut buffer) = ([0_u8; 32], [0; 104]);
    loop {
        let (_, from) = endpoint.recv_from(TAG, &mut buffer).await?;
        delivered.fetch_add(1, Ordering::Relaxed);
        let mut hash = Sha256::new();
        hash.update(head);
        hash.update(&buffer[4..]);
        head = hash.finalize().into();
        let mut reply = [0; 36];
        reply[..4].copy_from_slice(&buffer[..4]);
        reply[4..].copy_from_slice(&head);
        send(&endpoint, from, &reply, delivered.load(Ordering::Relaxed)).await?;
    }
}

async fn ask(client: u32, requests: u32, delivered: Arc<AtomicU64>) -> io::Result<()> {
    let endpoint = Endpoint::bind("0.0.0.0:7").await?;
    let server = SERVER.parse().expect("an address");
    for number in 0..requests {
        let mut request = [7; 104];
        request[..4].copy_from_slice(&number.to_le_bytes());
        request[4..8].copy_from_slice(&client.to_le_bytes());
        loop {
            send(&endpoint, server, &request, delivered.load(Ordering::Relaxed)).await?;
            if timeout(Duration::from_millis(50), reply(&endpoint, number, &delivered)).await.is_ok() {
                break;
            }
        }
    }
    Ok(())
}

async fn reply(endpoint: &Endpoint, number: u32, delivered: &AtomicU64) -> io::Result<()> {
    let mut buffer = [0; 36];
    loop {
        endpoint.recv_from(TAG, &mut buffer).await?;
        delivered.fetch_add(1, Ordering::Relaxed);
        if buffer[..4] == number.to_le_bytes() {
            return Ok(());
        }
    }
}

/// Sends one in a hundred twice.
async fn send(endpoint: &Endpoint, to: SocketAddr, bytes: &[u8], nth: u64) -> io::Result<()> {
    endpoint.send_to(to, TAG, bytes).await?;
    if nth % 100 == 99 {
        endpoint.send_to(to, TAG, bytes).await?;
    }
    Ok(())
}
