macro_rules! note {
    ($log:expr, $($arg:tt)+) => {
        $log.push(::std::format!($($arg)+))
    };
}

pub struct Trace {
    pub lines: Vec<String>,
}

pub fn visit(trace: &mut Trace, node: &Vec<u8>) {
    note!(trace.lines, "enter {}", node.len());
    note!(trace.lines, "at {:p}", node.as_slice()); //~ ZS811
}
