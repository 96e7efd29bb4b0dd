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
    ready_away: "Bankens egen sida ligger utanför {service}. Du kommer tillbaka hit när du är klar.",
    ready_warning: "Gå bara vidare om du själv har gått till {service}.",
    begin_other: "Visa QR-kod",
    begin_this: "BankID på den här enheten",
    go: "Fortsätt till {bank}",
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
    away_heading: "Godkänn hos {bank}",
    popup_help: "Fortsätt i fönstret som öppnades. Ser du det inte, öppna det igen.",
    at_bank_help: "Du har inte kommit tillbaka från {bank} än. Fortsätt dit, eller gör klart i fönstret där sidan är öppen.",
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
        help: "Du eller {bank} avböjde. Ingenting har delats.",
    },
    expired: Ended {
        heading: "Tiden tog slut",
        help: "Ingen godkände i tid. Ha ditt BankID till hands och försök igen.",
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
    unconfirmed: Ended {
        heading: "Inte bekräftat än",
        help: "Du har godkänt, men {bank} har inte bekräftat det. Försök igen: du behöver inte godkänna en gång till.",
    },
    foreign_completion: Ended {
        heading: "Avslutat i en annan webbläsare",
        help: "Någon kom tillbaka från {bank} i en annan webbläsare. Därför avbröts kopplingen och ingenting har delats. Börja och avsluta i samma webbläsare.",
    },
    late: Ended {
        heading: "För sent",
        help: "Du kom tillbaka från {bank} när tiden var ute. Ingenting har delats. Försök igen.",
    },
    exchange_failed: Ended {
        heading: "Inte bekräftat",
        help: "Du kom tillbaka från {bank}, men svaret godtogs inte. Ingenting har delats. Försök igen.",
    },
    return_failed: Ended {
        heading: "Fel hos {bank}",
        help: "Du kom tillbaka utan godkännande. Ingenting har delats. Försök igen eller välj en annan bank.",
    },
    misconfigured: Ended {
        heading: "Inte tillgängligt",
        help: "Sidan är inte rätt inställd. Säg gärna till den som äger den.",
    },
};
