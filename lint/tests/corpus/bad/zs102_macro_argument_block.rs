macro_rules! phase {
    ($name:literal, $body:block) => {{
        let result = $body;
        ($name, result)
    }};
}

pub struct Report {
    pub rows: Vec<(&'static str, u128)>,
}

pub fn fill(report: &mut Report) {
    let row = phase!("scan", {
        let started = std::time::Instant::now(); //~ ZS102
        report.rows.reverse();
        started.elapsed().as_millis() //~ ZS102
    });
    report.rows.push(row);
}
