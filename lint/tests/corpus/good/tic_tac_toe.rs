#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    X,
    O,
}

impl Mark {
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::X => Self::O,
            Self::O => Self::X,
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Won(Mark),
    Draw,
    Next(Mark),
}

#[derive(Clone, Debug)]
pub struct Game {
    board: [Option<Mark>; 9],
    turn: Mark,
}

const LINES: [[usize; 3]; 8] =
    [[0, 1, 2], [3, 4, 5], [6, 7, 8], [0, 3, 6], [1, 4, 7], [2, 5, 8], [0, 4, 8], [2, 4, 6]];

impl Game {
    pub const fn new() -> Self {
        Game { board: [None; 9], turn: Mark::X }
    }

    pub fn play(&mut self, at: usize) -> Result<Outcome, &'static str> {
        let cell = self.board.get_mut(at).ok_or("outside")?;
        if cell.replace(self.turn).is_some() {
            return Err("taken");
        }
        let me = Some(self.turn);
        if LINES.iter().any(|l| l.iter().all(|i| self.board[*i] == me)) {
            return Ok(Outcome::Won(self.turn));
        }
        self.turn = self.turn.other();
        Ok(if self.board.iter().all(Option::is_some) { Outcome::Draw } else { Outcome::Next(self.turn) })
    }
}
