//! Everything of a run but its processes: clock, schedule, links, disks, choices and counters.

use machine::kernel::files::FileRequest;

use super::{
    choice::{Choices, Dice, Entity, Point, Points, Setting},
    disk::Disk,
    event::{Event, EventKind},
    faults::{Faults, Rates},
    link::{Arrival, Links},
    process::{Completion, Micros, Process, ProcessId, Record as _},
    root::Root,
    schedule::{Schedule, Ticket},
    setup::{Member, Span},
    tally::Tally,
};

/// Clock, schedule, links, disks, choices, counters and root of one run.
pub(super) struct Outside<P: Process> {
    pub(super) now: Micros,
    pub(super) schedule: Schedule<Event<P::Message>>,
    pub(super) seats: Vec<Seat>,
    pub(super) choices: Choices,
    pub(super) faults: Faults,
    pub(super) rates: Rates,
    pub(super) tally: Tally,
    pub(super) root: Root,
    /// What was noted in the latest event.
    pub(super) notes: Vec<(ProcessId, P::Note)>,
    /// Set by a process that halts in the event under way.
    pub(super) halting: Option<String>,
    /// Messages and disk operations that are under way.
    pub(super) in_flight: u64,
    links: Links,
    /// Messages that wait for the calm.
    held: Vec<Event<P::Message>>,
}

/// What the world keeps for one process, whether it is up or not.
#[derive(Debug)]
pub(super) struct Seat {
    pub(super) name: String,
    pub(super) crashable: bool,
    pub(super) disk: Disk,
    /// Its clock minus the world's, in microseconds.
    pub(super) clock_offset: i64,
    points: Points,
    /// Its own choices, by name.
    own: Vec<(&'static str, Point)>,
    /// Those set, by id.
    timers: Vec<(u64, Ticket)>,
    /// The disk operation under way.
    pub(super) operation: Option<Ticket>,
}

impl Seat {
    fn new(member: Member) -> Self {
        let Member { name, crashable, clock_offset } = member;
        assert!(
            !name.is_empty() && !name.contains(char::is_whitespace),
            "`{name}` is no name: it is empty or has spaces"
        );
        Self {
            name,
            crashable,
            disk: Disk::default(),
            clock_offset,
            points: Points::default(),
            own: Vec::new(),
            timers: Vec::new(),
            operation: None,
        }
    }
}

impl<P: Process> Outside<P> {
    /// The outside of a run that has not begun.
    pub(super) fn new(members: Vec<Member>, faults: Faults, choices: Choices) -> Self {
        Self {
            now: 0,
            schedule: Schedule::new(),
            links: Links::new(members.len()),
            seats: members.into_iter().map(Seat::new).collect(),
            rates: faults.draw(&choices),
            faults,
            choices,
            tally: Tally::default(),
            root: Root::new(),
            notes: Vec::new(),
            halting: None,
            in_flight: 0,
            held: Vec::new(),
        }
    }

    /// Forgets the event before, and opens the record of the next.
    #[inline]
    pub(super) fn begin_event(&mut self, now: Micros, header: (EventKind, ProcessId, ProcessId)) {
        self.now = now;
        self.tally.counters.events += 1;
        self.tally.recent.clear();
        self.notes.clear();
        self.root.begin(now, header);
    }

    /// The time on a process's own clock.
    pub(super) fn local_time(&self, id: ProcessId) -> Micros {
        self.now.saturating_add_signed(self.seats[id.index()].clock_offset)
    }

    /// Sends a message over its link.
    #[inline]
    pub(super) fn send(&mut self, from: ProcessId, to: ProcessId, message: P::Message) {
        let link = self.links.get(from, to);
        let entity = Entity::Link(&self.seats[from.index()].name, &self.seats[to.index()].name);
        let mut dice = Dice {
            choices: &mut self.choices,
            rates: &self.rates,
            tally: &mut self.tally,
            points: &mut link.points,
            entity,
        };
        let [first, second] = link.queue.route(self.now, &self.faults, &mut dice);
        let copy = second.map(|arrival| (arrival, message.clone()));
        if let Some(arrival) = first {
            self.carry(arrival, Event::Message { from, to, message });
        }
        if let Some((arrival, message)) = copy {
            self.carry(arrival, Event::Message { from, to, message });
        }
    }

    /// Puts one copy under way.
    #[inline]
    fn carry(&mut self, arrival: Arrival, message: Event<P::Message>) {
        self.in_flight += 1;
        match arrival {
            Arrival::At(at) => {
                self.schedule.push(at, message);
            }
            Arrival::Held => self.held.push(message),
        }
    }

    /// Faults stop; what was held back is let go.
    pub(super) fn calm(&mut self, now: Micros) {
        self.now = now;
        self.rates = Rates::NONE;
        for message in std::mem::take(&mut self.held) {
            self.schedule.push(self.now.saturating_add(self.faults.latency.least), message);
        }
    }

    /// Sets a timer, in place of one of the same id.
    pub(super) fn set_timer(&mut self, of: ProcessId, id: u64, after: Micros) {
        let ticket = self.schedule.push(self.now.saturating_add(after), Event::Timer { of, id });
        let timers = &mut self.seats[of.index()].timers;
        match timers.binary_search_by_key(&id, |timer| timer.0) {
            Ok(at) => {
                let before = std::mem::replace(&mut timers[at].1, ticket);
                self.schedule.cancel(before);
            }
            Err(at) => timers.insert(at, (id, ticket)),
        }
    }

    pub(super) fn cancel_timer(&mut self, of: ProcessId, id: u64) {
        if let Some(ticket) = self.forget_timer(of, id) {
            self.schedule.cancel(ticket);
        }
    }

    /// The timer is no longer set.
    pub(super) fn forget_timer(&mut self, of: ProcessId, id: u64) -> Option<Ticket> {
        let timers = &mut self.seats[of.index()].timers;
        let at = timers.binary_search_by_key(&id, |timer| timer.0).ok()?;
        Some(timers.remove(at).1)
    }

    /// Puts a disk operation behind those that a process asked for before.
    pub(super) fn ask_disk(&mut self, of: ProcessId, request: FileRequest) {
        self.in_flight += 1;
        self.seats[of.index()].disk.queue.push_back(request);
        if self.seats[of.index()].operation.is_none() {
            self.start_operation(of);
        }
    }

    /// Lets the disk begin the first operation of its queue.
    pub(super) fn start_operation(&mut self, of: ProcessId) {
        let took = self.within(of, Setting::DiskLatency, self.faults.disk_latency);
        let ticket = self.schedule.push(self.now.saturating_add(took), Event::Disk(of));
        self.seats[of.index()].operation = Some(ticket);
    }

    /// Does the operation that was under way, and begins the next.
    pub(super) fn end_operation(&mut self, of: ProcessId) -> Option<Completion> {
        self.in_flight -= 1;
        let (mut dice, disk) = self.dice(of);
        let FileRequest { id, op } = disk.queue.pop_front()?;
        let result = disk.perform(op, &mut dice);
        if !disk.queue.is_empty() {
            self.start_operation(of);
        }
        Some(Completion { id, result })
    }

    /// Brings a process that is down back after the restart delay.
    pub(super) fn schedule_restart(&mut self, of: ProcessId) {
        self.tally.counters.restarts += 1;
        let after = self.within(of, Setting::Restart, self.faults.restart);
        self.schedule.push(self.now.saturating_add(after), Event::Restart(of));
    }

    /// Takes away all that was to happen to a process but messages; what it asked of its disk stays in the queue.
    pub(super) fn silence(&mut self, of: ProcessId) {
        let seat = &mut self.seats[of.index()];
        for ticket in seat.timers.drain(..).map(|timer| timer.1).chain(seat.operation.take()) {
            self.schedule.cancel(ticket);
        }
        self.in_flight -= seat.disk.queue.len() as u64;
    }

    /// Notes something in the event under way.
    #[inline]
    pub(super) fn note(&mut self, of: ProcessId, note: P::Note) {
        self.root.field(|out| note.record(out));
        self.notes.push((of, note));
    }

    /// Makes a choice of a process's own.
    pub(super) fn choose(&mut self, of: ProcessId, name: &'static str, bound: u64) -> u64 {
        if bound <= 1 {
            return 0;
        }
        let Seat { own, name: entity, .. } = &mut self.seats[of.index()];
        let point = match own.iter().find(|(known, _)| *known == name) {
            Some(&(_, point)) => point,
            None => {
                let point = self.choices.open(format!("own.{name}"), &*entity);
                own.push((name, point));
                point
            }
        };
        self.choices.pick(point, bound)
    }

    /// Dice of a process, and its disk.
    pub(super) fn dice(&mut self, of: ProcessId) -> (Dice<'_>, &mut Disk) {
        let Seat { name, disk, points, .. } = &mut self.seats[of.index()];
        let (choices, rates, tally) = (&mut self.choices, &self.rates, &mut self.tally);
        (Dice { choices, rates, tally, points, entity: Entity::Process(name) }, disk)
    }

    /// A duration of a span.
    fn within(&mut self, of: ProcessId, setting: Setting, span: Span) -> Micros {
        span.least + self.dice(of).0.pick(setting, span.width())
    }
}
