//! Swedish.

use super::{Ended, Text};

/// Swedish. What the BankID app asks for is in BankID's recommended wording (RFA 1, 9, 13).
pub const SV: Text = Text {
    lang: "sv",
    idle_heading: "Koppla din bank",
    start: "Välj bank",
    loading_heading: "Välj bank",
    banks_heading: "Välj bank",
    search: "Sök efter din bank",
    matches: "Banker som passar: {count}",
    no_match: "Ingen bank passar ”{query}”.",
    no_banks: "Just nu går det inte att koppla någon bank här.",
    ready_heading: "Koppla {bank}",
    ready_lead: "{service} ber att få läsa från din bank:",
    reads_accounts: "Dina konton",
    reads_balances: "Deras saldon",
    reads_transactions: "Deras transaktioner",
    ready_terms: "Till och med {date}, och högst {times} gånger om dagen när du inte är här. \
                  Du kan avsluta när som helst hos din bank.",
    ready_clock: "Ha ditt BankID till hands: banken ger dig {seconds} sekunder att starta appen. \
                  Räcker inte det får du en ny kod.",
    ready_warning: "Gå bara vidare om du själv har gått till {service}.",
    begin_other: "Visa QR-kod",
    begin_this: "BankID på den här enheten",
    back: "Välj en annan bank",
    preparing_heading: "Kontaktar {bank}",
    preparing_help: "Det tar några sekunder.",
    scan_heading: "Läs av QR-koden",
    scan_help: "Starta BankID-appen och läs av QR-koden.",
    open_heading: "Öppna BankID",
    open_help: "Starta BankID-appen på den här enheten, och kom tillbaka till sidan när du är klar.",
    open: "Öppna BankID på den här enheten",
    qr_label: "QR-kod till BankID-appen",
    qr_failed: "QR-koden kan inte visas.",
    seconds_left: "{seconds} sekunder kvar att starta appen",
    seconds_over: "Är BankID-appen redan öppen, fortsätt där.",
    step: "Steg {step}: din bank ber om en underskrift till.",
    signing_heading: "Fortsätt i BankID-appen",
    signing_help: "Skriv in din säkerhetskod i BankID-appen och välj Identifiera eller Skriv under.",
    finishing_heading: "Snart klart",
    finishing_help: "Hämtar dina konton från {bank}.",
    linked_heading: "{bank} är kopplad",
    linked_lead: "{service} kan nu läsa:",
    linked_none: "Banken visar inga konton.",
    another: "Koppla en bank till",
    troubled: "Förbindelsen är dålig. Vi fortsätter att försöka.",
    cancel: "Avbryt",
    retry: "Försök igen",
    other_bank: "Välj en annan bank",
    support: "Supportkod {code}",
    cancelled: Ended {
        heading: "Avbrutet",
        help: "Ingenting har delats. Du kan börja om när du vill.",
    },
    rejected: Ended {
        heading: "Inte godkänt",
        help: "Du eller {bank} avböjde i BankID-appen. Ingenting har delats.",
    },
    expired: Ended {
        heading: "Tiden tog slut",
        help: "BankID-appen startades eller användes inte i tid. Ha den till hands och försök igen.",
    },
    unreachable: Ended {
        heading: "Ingen förbindelse",
        help: "Vi når inte tjänsten. Kontrollera din internetanslutning och försök igen.",
    },
    platform_failed: Ended {
        heading: "{bank} svarar inte",
        help: "Felet är inte ditt. Vänta en stund och försök igen.",
    },
    service_failed: Ended {
        heading: "Inte tillgängligt just nu",
        help: "Listan över banker kommer inte. Felet är inte ditt: vänta en stund och försök igen.",
    },
    busy: Ended {
        heading: "För många försök",
        help: "{bank} ber oss vänta. Försök igen om några minuter.",
    },
    session_lost: Ended {
        heading: "Vi tappade bort oss",
        help: "Den här webbläsaren har inte längre den påbörjade kopplingen. Börja om.",
    },
    refused: Ended {
        heading: "{bank} sa nej",
        help: "Begäran avslogs. Försök igen eller välj en annan bank.",
    },
    unsupported: Ended {
        heading: "Inte möjligt än",
        help: "{bank} går inte att koppla från den här sidan än. Välj en annan bank.",
    },
    unconfirmed: Ended {
        heading: "Inte bekräftat än",
        help: "Du har godkänt, men {bank} har inte bekräftat det. Försök igen: du behöver inte godkänna en gång till.",
    },
    misconfigured: Ended {
        heading: "Inte tillgängligt",
        help: "Sidan är inte rätt inställd. Säg gärna till den som äger den.",
    },
};
