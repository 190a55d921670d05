//! A forum: threads, channels and parking are not the operating system's.

pub mod thread {
    #[derive(Clone, Debug, Default)]
    pub struct Thread {
        pub posts: Vec<String>,
        pub parked: bool,
    }

    pub fn spawn(first: &str) -> Thread {
        Thread { posts: vec![first.to_owned()], parked: false }
    }

    pub fn park(t: &mut Thread) {
        t.parked = true;
    }

    pub mod mpsc {
        pub fn channel(name: &str) -> (String, Vec<super::Thread>) {
            (name.to_ascii_lowercase(), Vec::new())
        }
    }
}

use thread::mpsc::channel;

pub struct Forum {
    pub channels: Vec<(String, Vec<thread::Thread>)>,
}

impl Forum {
    pub fn open(&mut self, name: &str, text: &str) -> usize {
        let mut c = channel(name);
        c.1.push(thread::spawn(text));
        self.channels.push(c);
        self.channels.len()
    }

    pub fn close_all(&mut self) {
        self.channels.iter_mut().flat_map(|(_, t)| t).for_each(thread::park);
    }
}
