use table_gen::levels;

pub struct Player {
    pub xp: u64,
    pub level: u32,
}

pub fn gain(player: &mut Player, xp: u64) {
    player.xp = player.xp.saturating_add(xp);
    player.level = levels!(player.xp => 100, 300, 900); //~ ZS003
}
