//! Device keys: the last 64 that a user added, and the circles by which two wallets of one person show.
//!
//! Loops: REFERRAL_USE looks at a user's device keys, at most [`DEVICES_MAX`], and writes a row for each. Adding a key takes a fixed number
//! of steps, whatever keys there are.

use serde::{Deserialize, Serialize};

use super::{
    owned::owned_table,
    types::{Of, Padded, UserId},
    user::Users,
};
use crate::{
    bug,
    kernel::{
        Int, PublicKey,
        table::{At, Locate as _, Row},
    },
};

/// How many device keys of a user count: those that were added last.
pub const DEVICES_MAX: u64 = 64;

/// A device key of a user, by the user and its number from 0.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Device {
    /// The key that signs in the sessions of this device.
    pub device_key: PublicKey,
}

impl Row for Device {
    const TABLE: &'static str = "devices";
    type Key = Of<Padded>;
}

/// A device key in a user's circle: the user's own, or one of those who used the user's code. No row: neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Circle {
    /// Whether it is one of the user's own device keys.
    pub own: bool,
    /// How many users who used the user's code have it among theirs.
    pub users: Int,
}

impl Row for Circle {
    const TABLE: &'static str = "circles";
    type Key = Of<PublicKey>;
}

owned_table! {
    /// The device keys that users added last.
    Devices of Device
}

owned_table! {
    /// The circles of all users.
    Circles of Circle
}

/// The device keys of a user, the oldest first; at most [`DEVICES_MAX`].
pub(super) fn of_user<'a>(
    devices: &'a Devices,
    users: &Users,
    user: &At<UserId>,
) -> impl Iterator<Item = PublicKey> + use<'a> {
    let (id, added) = (*user.key(), users.known(user).devices.get());
    (added.saturating_sub(DEVICES_MAX)..added).map(move |n| key_at(devices, id, n))
}

fn key_at(devices: &Devices, user: UserId, n: u64) -> PublicKey {
    let row = devices.get(&Of(user, Padded(Int::exact(n))));
    row.unwrap_or_else(|| bug!("device {n} of {user} has no row")).device_key
}

/// Whether a device key is the user's own, or that of somebody who used the user's code.
pub(super) fn in_circle(circles: &Circles, user: UserId, key: PublicKey) -> bool {
    circles.get(&Of(user, key)).is_some()
}

/// Adds a device key to a user who may have it already, and to the circle of whoever invited the user.
pub(super) fn add(
    (devices, circles): (&mut Devices, &mut Circles),
    users: &mut Users,
    user: At<UserId>,
    inviter: Option<UserId>,
    device_key: PublicKey,
) {
    let id = *user.key();
    if circles.get(&Of(id, device_key)).is_some_and(|circle| circle.own) {
        return;
    }
    let number = users.add_device(user).get();
    let rows = devices.rows();
    devices.0.put(Of(id, Padded(Int::exact(number))), Device { device_key });
    assert_eq!(devices.rows(), rows + 1, "device {number} of {id} is new");
    circles.change(id, device_key, |circle| circle.own = true);
    inviter.into_iter().for_each(|owner| circles.join(owner, device_key));
    if number >= DEVICES_MAX {
        let oldest = number - DEVICES_MAX;
        let key = key_at(devices, id, oldest);
        devices.0.remove(&Of(id, Padded(Int::exact(oldest))));
        assert_eq!(devices.rows(), rows, "{id} has {DEVICES_MAX} device keys, as before");
        circles.change(id, key, |circle| circle.own = false);
        inviter.into_iter().for_each(|owner| circles.leave(owner, key));
    }
}

impl Circles {
    /// Counts a device key of somebody who used the user's code.
    pub(super) fn join(&mut self, user: UserId, key: PublicKey) {
        self.change(user, key, |circle| circle.users = Int::exact(circle.users.get() + 1));
    }

    /// Counts one less.
    fn leave(&mut self, user: UserId, key: PublicKey) {
        self.change(user, key, |circle| {
            assert!(circle.users > Int::ZERO, "{key} leaves the circle of {user} once for each time that it joined");
            circle.users = Int::exact(circle.users.get() - 1);
        });
    }

    /// Changes a row; one that says nothing any more goes.
    fn change(&mut self, user: UserId, key: PublicKey, change: impl FnOnce(&mut Circle)) {
        let at = At::new(Of(user, key));
        let before = self.get(&at).cloned().unwrap_or_default();
        let mut row = before.clone();
        change(&mut row);
        assert_ne!(row, before, "{key} joins or leaves the circle of {user}");
        if row == Circle::default() { self.0.remove(&at) } else { self.0.put(at, row) }
    }
}
