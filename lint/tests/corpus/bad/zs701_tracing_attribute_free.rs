pub struct Wallet {
    pub coins: u32,
}

pub fn mint(wallet: &mut Wallet, coins: u32) {
    let before = wallet.coins;
    wallet.coins = before.saturating_add(coins);
    tracing::debug!(before, after = wallet.coins, "minted"); //~ ZS701
}

pub fn burn(wallet: &mut Wallet, coins: u32) {
    wallet.coins = wallet.coins.saturating_sub(coins);
}
