//! A link in each form of answers that the platform's documents allow.

use sandbox::{
    DataForm, ErrorForm, Forms, ImageForm, LinkForm, ListForm, LocationForm, SignOutcome,
};

use crate::support::{SWEDBANK, choose_bank, scenario};

scenario!(a_bank_is_linked_in_each_form_of_the_platforms_answers, async |scenario| {
    let plain = Forms::default();
    let browser = scenario.browser().await;
    for (bank, forms) in [
        ("SEB", Forms { lists: ListForm::Bare, ..plain }),
        ("SEB", Forms { data: DataForm::Text, ..plain }),
        ("Handelsbanken", Forms { data: DataForm::Text, ..plain }),
        (SWEDBANK, Forms { images: ImageForm::Base64, ..plain }),
        ("SEB", Forms { locations: LocationForm::Missing, ..plain }),
        ("SEB", Forms { links: LinkForm::Absolute, ..plain }),
        (
            "Handelsbanken",
            Forms {
                links: LinkForm::Absolute,
                errors: ErrorForm::Rfc7807,
                lists: ListForm::Bare,
                data: DataForm::Text,
                images: ImageForm::Base64,
                locations: LocationForm::Missing,
                ..plain
            },
        ),
    ] {
        let world = scenario.world().await;
        world.sandbox.set_forms(forms);
        browser.open_as_new_visitor(&world).await;
        choose_bank(&browser, bank).await;
        browser.click("Show QR code").await;
        while let SignOutcome::NextStep { .. } = world.sign(&world.scan(&browser.qr().await)) {
            browser.reads("Step 2 of 2").await;
        }
        browser.screen("linked").await;
    }
});
