//! m
use zero_sim::*;
fn main() {
    let args: Vec<std::path::PathBuf> = std::env::args().skip(1).map(Into::into).collect();
    let s = source::loose(&args, 2, &|_, t| summary::summarize(t));
    let mut f = check::problems(&s.problems);
    let world = resolve::World::new(s.units, s.crates, &tables::listed());
    let entries = graph::Entries::find(&world, &[]);
    let g = graph::Graph::new(&world, &entries);
    let c = check::Checker::new(&world, &g, &entries, true);
    for u in 0..world.units.len() as u32 {
        f.extend(c.unit(u, &check::Scope { pedantic: true, ..Default::default() }));
    }
    f.sort_by(check::Finding::order);
    for x in f {
        println!(
            "{}:{}:{} {} {} [{}]",
            x.file,
            x.pos.line,
            x.pos.column,
            x.rule.id,
            x.path,
            x.reached_from.join(" -> ")
        );
    }
}
