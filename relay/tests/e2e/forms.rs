//! A link in each form of answers that the platform's papers allow.

use sandbox::{
    DataForm, ErrorForm, Forms, ImageForm, LinkForm, ListForm, LocationForm, SignOutcome,
};

use crate::support::{Browser, SWEDBANK, World, choose_bank};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a browser and the bundle: cargo xtask test"]
async fn a_bank_is_linked_in_each_form_of_the_platforms_answers() {
    let plain = Forms::default();
    for (name, bank, forms) in [
        ("lists", "SEB", Forms { lists: ListForm::Bare, ..plain }),
        ("data", "SEB", Forms { data: DataForm::Text, ..plain }),
        ("frames", "Handelsbanken", Forms { data: DataForm::Text, ..plain }),
        ("images", SWEDBANK, Forms { images: ImageForm::Base64, ..plain }),
        ("locations", "SEB", Forms { locations: LocationForm::Missing, ..plain }),
        ("links", "SEB", Forms { links: LinkForm::Absolute, ..plain }),
        (
            "all",
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
        let (world, browser) = (World::new(&format!("forms-{name}")).await, Browser::new().await);
        world.sandbox.set_forms(forms);
        browser.open(&world).await;
        choose_bank(&browser, bank).await;
        browser.click("Show QR code").await;
        while let SignOutcome::NextStep { .. } = world.sign(&world.scan(&browser.qr().await)) {
            browser.reads("Step 2 of 2").await;
        }
        browser.screen("linked").await;
        browser.quit(&format!("forms-{name}")).await;
    }
}
