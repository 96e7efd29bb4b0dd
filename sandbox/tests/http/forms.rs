//! The widget's flow in each form of answers that the platform's documents allow.

use protocol::flow::Device;
use sandbox::{DataForm, Forms, ImageForm, ListForm, LocationForm};

use crate::flow::{Person, SECOND};

#[tokio::test]
async fn the_flow_links_a_bank_in_each_form_of_answers() {
    let plain = Forms::default();
    // Absolute links are not among them: the relay rewrites them before the flow reads them.
    for forms in [
        Forms { lists: ListForm::Bare, ..plain },
        Forms { data: DataForm::Text, ..plain },
        Forms { images: ImageForm::Base64, ..plain },
        Forms { locations: LocationForm::Missing, ..plain },
    ] {
        for bic in ["ESSESESS", "SWEDSESS"] {
            let mut person = Person::ready_in(forms, bic, Device::Other).await;
            for _ in 0..2 {
                person.wait(3 * SECOND).await;
                let Some(order) = person.api.sandbox.orders().pop() else { break };
                assert_eq!(person.screen(), "challenge", "{forms:?} {bic}");
                person.api.sandbox.sign(order.id).unwrap();
            }
            person.wait(5 * SECOND).await;
            assert_eq!(person.screen(), "linked", "{forms:?} {bic}");
        }
    }
}
