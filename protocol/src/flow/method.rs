//! The choice among the methods that a bank offers: the one place that knows them by name. What it does not
//! know it leaves to the person.

use super::input::Device;
use crate::id::MethodId;
use crate::wire::ScaMethod;

/// What to do with what a bank offers.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// This one fits, or is the only one.
    Take(ScaMethod),
    /// The person chooses, by what the bank calls them.
    Ask(Vec<ScaMethod>),
    /// The bank offers none.
    Nothing,
}

/// Chooses for a person who has their BankID on `device`.
pub(super) fn choose(offered: Vec<ScaMethod>, device: Device) -> Choice {
    let find = |name: &&str| {
        offered.iter().position(|method| method.authentication_method_id.as_str() == *name)
    };
    if let Some(best) = preferences(device).iter().find_map(find) {
        return offered.into_iter().nth(best).map_or(Choice::Nothing, Choice::Take);
    }
    let mut offered = offered;
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

/// Whether what follows is the BankID app, in words that are known.
pub(super) fn is_bankid(method: &MethodId) -> bool {
    method.as_str().starts_with("mbid")
}

/// Where the app is that a kept method starts, if its name tells.
pub(super) fn device(method: &MethodId) -> Option<Device> {
    (method.as_str() == SAME_DEVICE).then_some(Device::This)
}

/// Whether its challenge is a picture, even beside a text.
pub(super) fn shows_pictures(method: &MethodId) -> bool {
    method.as_str().ends_with("_image")
}

/// Methods by preference. The platform's own sample prefers pictures; same-device and QR starts differ at
/// the bank, so each device has its own.
fn preferences(device: Device) -> &'static [&'static str] {
    match device {
        Device::Other => &["mbid_animated_qr_image", "mbid_animated_qr_token", "mbid"],
        Device::This => &[SAME_DEVICE, "mbid"],
    }
}

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
    fn a_method_that_fits_is_taken_and_strange_ones_are_the_persons_choice() {
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
            assert_eq!(choose(methods(offered), device), expected, "{offered:?} {device:?}");
        }
    }
}
