#pragma once

#include <array>

/// What people of the town write, in English and French.
namespace lotkeeper::cli::demo {

inline constexpr std::array k_comments{
    "Driver not in sight.",
    "Warned last week.",
    "No ticket on the dashboard.",
    "Two wheels on the sidewalk.",
    "Conducteur absent.",
    "Aucun billet visible.",
    "Spoke to the driver, who left.",
    "Blocks the delivery entrance.",
};

inline constexpr std::array k_appeals{
    "The machine took my money and printed nothing.",
    "I typed one letter of my plate wrong.",
    "The sign was covered with snow.",
    "I was unloading for a customer and stayed four minutes.",
    "J’ai payé avec l’application, mais pour la mauvaise zone.",
    "Le panneau était caché par un camion.",
    "My permit is for this lot; I had a rental car that day.",
    "Mon véhicule était en panne, la dépanneuse est venue à midi.",
};

inline constexpr std::array k_upheld{
    "The sign is in full view in the photo.",
    "Payment began after the ticket was written.",
    "Le paiement a été fait pour une autre zone.",
    "Loading is limited to the marked space.",
};
inline constexpr std::array k_reduced{
    "Paid, but with a wrong letter: reduced.",
    "First offence: reduced.",
    "Première infraction : amende réduite.",
};
inline constexpr std::array k_dismissed{
    "The machine was out of order that day.",
    "Permit holder with a rental car: proof was shown.",
    "Reçu vérifié : le stationnement était payé.",
};
inline constexpr std::array k_spoiled{
    "Wrong plate entered.",
    "Written twice.",
    "Mauvaise plaque inscrite.",
};
inline constexpr std::array k_cancelled{
    "Meter was bagged for road work.",
    "Emergency vehicle.",
    "Véhicule de la ville.",
};
inline constexpr std::array k_adjusted{
    "Agreed with the driver at the counter.",
    "Wrong type chosen: fine of the right one.",
};
inline constexpr std::array k_returned_cheques{
    "Cheque returned by the bank.",
    "Chèque sans provision.",
};
inline constexpr std::array k_reversed{
    "Charged twice.",
    "Posted to the wrong ticket.",
};

}  // namespace lotkeeper::cli::demo
