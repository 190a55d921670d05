use std::ops::{ControlFlow, RangeInclusive};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    Push(i32),
    Add,
    Jump(usize),
    Halt,
}

pub fn step(stack: &mut Vec<i32>, op: Op, at: usize) -> ControlFlow<Option<i32>, usize> {
    match op {
        Op::Push(v) => {
            stack.push(v);
            ControlFlow::Continue(at + 1)
        }
        Op::Add => {
            let (Some(a), Some(b)) = (stack.pop(), stack.pop()) else {
                return ControlFlow::Break(None);
            };
            stack.push(a.wrapping_add(b));
            ControlFlow::Continue(at + 1)
        }
        Op::Jump(to) => ControlFlow::Continue(to),
        Op::Halt => ControlFlow::Break(stack.last().copied()),
    }
}

pub fn run(code: &[Op], fuel: u32) -> Option<i32> {
    let mut stack = Vec::new();
    let mut at = 0;
    'steps: for _ in 0..fuel {
        let Some(op) = code.get(at) else { break 'steps };
        match step(&mut stack, *op, at) {
            ControlFlow::Continue(next) => at = next,
            ControlFlow::Break(result) => return result,
        }
    }
    None
}

pub fn first_over(values: &[u32], allowed: RangeInclusive<u32>) -> Option<u32> {
    let found = values.iter().try_for_each(|v| {
        if allowed.contains(v) { ControlFlow::Continue(()) } else { ControlFlow::Break(*v) }
    });
    if let ControlFlow::Break(v) = found { Some(v) } else { None }
}
