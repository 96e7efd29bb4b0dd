//! The choice among the methods that a bank offers: the one place that knows them by name. It leaves
//! unknown ones to the person.

use super::input::Device;
use crate::id::MethodId;
use crate::profile::{MethodDevice, Start};
use crate::wire::ScaMethod;

/// What to do with the methods of a bank.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// This one fits, or is the only one.
    Take(ScaMethod),
    /// The person chooses, by the bank's names.
    Ask(Vec<ScaMethod>),
    /// The bank offers no method.
    Nothing,
}

/// Chooses for a person with their BankID on `device`: one of its forms, by the order of the bank's profile
/// or else by the usual one. Among several other methods, only the person knows.
pub(super) fn choose(mut offered: Vec<ScaMethod>, device: Device, profile: &[Start]) -> Choice {
    let known = profile.iter().map(|start| (start.id.as_str(), start.device));
    let fits = |(name, place): (&str, MethodDevice)| {
        let here = match place {
            MethodDevice::Any => true,
            MethodDevice::This => device == Device::This,
            MethodDevice::Other => device == Device::Other,
        };
        let named = |it: &ScaMethod| it.authentication_method_id.as_str() == name;
        offered.iter().position(named).filter(|_| here && name.starts_with(BANKID))
    };
    if let Some(best) = known.chain(USUAL).find_map(fits) {
        return Choice::Take(offered.swap_remove(best));
    }
    if offered.iter().any(|method| !is_bankid(&method.authentication_method_id)) {
        offered.retain(|method| !is_bankid(&method.authentication_method_id));
    } else {
        // BankID in a form for the other device is still BankID.
        offered.truncate(1);
    }
    match offered.len() {
        0 | 1 => offered.pop().map_or(Choice::Nothing, Choice::Take),
        _ => Choice::Ask(offered),
    }
}

/// Whether the method is a known form of BankID.
pub(super) fn is_bankid(method: &MethodId) -> bool {
    method.as_str().starts_with(BANKID)
}

/// The device of the app that the method starts, if its name says so.
pub(super) fn device(method: &MethodId) -> Option<Device> {
    (method.as_str() == SAME_DEVICE).then_some(Device::This)
}

/// Whether its challenge is a picture, even beside a text.
pub(super) fn shows_pictures(method: &MethodId) -> bool {
    method.as_str().ends_with("_image")
}

/// The usual order, where the profile has none. The platform's own sample prefers pictures; banks treat
/// same-device and QR starts differently, so each device has its own methods.
const USUAL: [(&str, MethodDevice); 4] = [
    ("mbid_animated_qr_image", MethodDevice::Other),
    ("mbid_animated_qr_token", MethodDevice::Other),
    (SAME_DEVICE, MethodDevice::This),
    (BANKID, MethodDevice::Any),
];
const BANKID: &str = "mbid";
const SAME_DEVICE: &str = "mbid_same_device";

#[cfg(test)]
mod tests {
    use super::*;

    fn methods(ids: &[&str]) -> Vec<ScaMethod> {
        let method = |id: &&str| ScaMethod {
            authentication_method_id: id.parse().unwrap(),
            authentication_type: String::new(),
            name: None,
            explanation: None,
        };
        ids.iter().map(method).collect()
    }

    #[test]
    fn a_method_that_fits_is_taken_and_unknown_ones_are_the_persons_choice() {
        let all = [
            "card",
            "mbid",
            "mbid_same_device",
            "mbid_animated_qr_token",
            "mbid_animated_qr_image",
        ];
        let rows: [(&[&str], Device, &[&str]); 9] = [
            (&all, Device::Other, &["mbid_animated_qr_image"]),
            (&all, Device::This, &["mbid_same_device"]),
            (&all[..4], Device::Other, &["mbid_animated_qr_token"]),
            (&all[..2], Device::Other, &["mbid"]),
            (&all[..2], Device::This, &["mbid"]),
            (&["mbid_same_device"], Device::Other, &["mbid_same_device"]),
            (&["card"], Device::This, &["card"]),
            (&["card", "mbid_same_device", "list"], Device::Other, &["card", "list"]),
            (&[], Device::Other, &[]),
        ];
        for (offered, device, expected) in rows {
            let expected = match methods(expected) {
                list if list.len() > 1 => Choice::Ask(list),
                mut list => list.pop().map_or(Choice::Nothing, Choice::Take),
            };
            assert_eq!(choose(methods(offered), device, &[]), expected, "{offered:?} {device:?}");
        }
    }
    fn start(id: &str, device: MethodDevice) -> Start {
        Start { id: id.parse().unwrap(), device }
    }

    #[test]
    fn the_profile_knows_the_order_and_the_devices_better() {
        use MethodDevice::{Any, Other, This};
        let start = |(id, device): &(&str, MethodDevice)| start(id, *device);
        let profile = [
            ("mbid", Other),
            ("mbid_animated_qr_token", Other),
            ("mbid_new_form", This),
            ("card", Any),
        ];
        let profile: Vec<_> = profile.iter().map(start).collect();
        for (offered, device, expected) in [
            (
                &["mbid_animated_qr_image", "mbid_animated_qr_token", "mbid"][..],
                Device::Other,
                "mbid",
            ),
            (&["mbid_same_device", "mbid_new_form"], Device::This, "mbid_new_form"),
            (&["mbid", "mbid_same_device"], Device::This, "mbid_same_device"),
            (&["card", "mbid_animated_qr_image"], Device::Other, "mbid_animated_qr_image"),
            (&["mbid_animated_qr_token"], Device::This, "mbid_animated_qr_token"),
        ] {
            let Choice::Take(taken) = choose(methods(offered), device, &profile) else {
                panic!("{offered:?}")
            };
            assert_eq!(taken.authentication_method_id.as_str(), expected, "{offered:?}");
        }
    }

    #[test]
    fn other_proofs_are_the_persons_choice_even_where_the_profile_ranks_them() {
        let profile = ["code_app", "code_list"].map(|id| start(id, MethodDevice::Any));
        let offered = methods(&["code_list", "code_app"]);
        assert_eq!(choose(offered.clone(), Device::Other, &profile), Choice::Ask(offered));
    }
}
