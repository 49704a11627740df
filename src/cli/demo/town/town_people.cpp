#include <array>
#include <map>

#include <fmt/format.h>

#include "base/text/text.hpp"
#include "cli/demo/town/places.hpp"
#include "cli/demo/town/town_parts.hpp"

namespace lotkeeper::cli::demo {
namespace {

// Common names of those who live in a town of Ontario near Québec.
constexpr std::array k_first_names{
    "Amélie",  "Aaliyah",  "Aiden",    "Andrew",   "Anjali",  "Arjun",     "Benoît",   "Camille",
    "Carlos",  "Chantal",  "Chloé",    "Daniel",   "David",   "Elena",     "Emily",    "Emma",
    "Étienne", "Fatima",   "Félix",    "François", "Gabriel", "Geneviève", "Grace",    "Hannah",
    "Hélène",  "Ibrahim",  "Isabelle", "Jacob",    "James",   "Jean",      "Jennifer", "Jérôme",
    "Julie",   "Karim",    "Kevin",    "Laura",    "Liam",    "Lucas",     "Lucie",    "Marc",
    "Marie",   "Mathieu",  "Megan",    "Mei",      "Michael", "Mohamed",   "Nadia",    "Nathalie",
    "Noah",    "Noémie",   "Olivia",   "Olivier",  "Omar",    "Owen",      "Patrick",  "Paul",
    "Priya",   "Rachel",   "Rohan",    "Ryan",     "Samuel",  "Sarah",     "Simon",    "Sofia",
    "Sophie",  "Stéphane", "Sylvie",   "Thomas",   "Valérie", "Vincent",   "Wei",      "Yusuf",
    "Zoé"};
constexpr std::array k_last_names{
    "Ahmed",      "Ali",      "Anderson", "Beaulieu", "Bélanger", "Bergeron",  "Bouchard",
    "Brown",      "Campbell", "Caron",    "Chen",     "Clark",    "Cloutier",  "Côté",
    "Desjardins", "Dubois",   "Fortin",   "Fournier", "Gagné",    "Gagnon",    "Garcia",
    "Gauthier",   "Girard",   "Graham",   "Grant",    "Haddad",   "Hall",      "Hassan",
    "Johnson",    "Jones",    "Kaur",     "Khan",     "Kim",      "Kowalski",  "Lachance",
    "Lavoie",     "Leblanc",  "Lee",      "Lefebvre", "Lévesque", "Li",        "MacDonald",
    "Martin",     "Mehta",    "Mitchell", "Moore",    "Morin",    "Murphy",    "Murray",
    "Nguyen",     "Novak",    "Ouellet",  "Paquette", "Patel",    "Pelletier", "Poirier",
    "Reid",       "Robinson", "Ross",     "Rossi",    "Roy",      "Scott",     "Silva",
    "Simard",     "Singh",    "Smith",    "Stewart",  "Taylor",   "Thompson",  "Tran",
    "Tremblay",   "Walker",   "Wilson",   "Wong",     "Wright",   "Young"};
constexpr std::array k_streets{"Elm Street",      "King Street",   "Rue Sainte-Anne",
                               "Mill Road",       "Rue du Pont",   "River Road",
                               "Church Street",   "Chemin du Lac", "Maple Avenue",
                               "Rue des Érables", "Station Road",  "Park Lane"};

// No vowels, so that no plate is a word; no letter that one could take for a digit.
constexpr std::string_view k_letters = "BCDFGHJKMNPRTVWXYZ";

std::string plate_of(Dice& dice, std::string_view form) {
  std::string plate;
  for (const char sign : form) {
    if (sign == '#') {
      plate += static_cast<char>('0' + dice.below(10));
    } else if (sign == '@') {
      plate += k_letters[static_cast<std::size_t>(dice.below(std::ssize(k_letters)))];
    } else {
      plate += sign;
    }
  }
  return plate;
}

struct PlateForm {
  std::string_view form;
  store::ItemId province;
  int weight;
};
constexpr std::array k_plate_forms{
    PlateForm{"C@@@ ###", 9, 60},                                // Ontario
    PlateForm{"B@@@ ###", 9, 8},  PlateForm{"@## @@@", 11, 22},  // Québec
    PlateForm{"@@@-####", 51, 3},                                // New York
    PlateForm{"@@@ ###", 65, 2},                                 // Vermont
    PlateForm{"J@@ ###", 4, 2},                                  // New Brunswick
    PlateForm{"@@@-####", 1, 2},                                 // Alberta
    PlateForm{"@@# ##@", 2, 1},                                  // British Columbia
};

struct Model {
  store::ItemId make, type;
  int weight;
};
constexpr std::array k_models{
    Model{67, 13, 14}, Model{67, 12, 8}, Model{25, 12, 10}, Model{25, 13, 9}, Model{19, 10, 9},
    Model{19, 13, 6},  Model{13, 10, 5}, Model{27, 12, 6},  Model{27, 13, 5}, Model{35, 13, 5},
    Model{45, 8, 5},   Model{51, 13, 5}, Model{71, 8, 4},   Model{64, 17, 4}, Model{66, 12, 4},
    Model{32, 13, 3},  Model{15, 16, 3}, Model{57, 10, 3},  Model{6, 12, 2},  Model{4, 12, 2},
};
constexpr std::array<store::ItemId, 12> k_colours{2, 2, 18, 18, 18, 9, 9, 15, 3, 3, 14, 8};

template <class Choice, std::size_t Count>
const Choice& choose(Dice& dice, const std::array<Choice, Count>& choices) {
  std::array<int, Count> weights{};
  for (std::size_t i = 0; i < Count; ++i) weights[i] = choices[i].weight;
  return choices[dice.weighted(weights)];
}

}  // namespace

void add_people(Town& town, Dice& dice, const TownSize& size) {
  std::map<std::string, int> taken;
  for (std::int64_t i = 0; i < size.people; ++i) {
    Person person;
    person.unique_id = fmt::format("R{:05}", 10'000 + i);
    person.first_name = dice.pick(k_first_names);
    person.last_name = dice.pick(k_last_names);
    std::string name =
        base::ascii_lower(base::without_accents(person.first_name + "." + person.last_name));
    if (const int before = taken[name]++; before > 0) name += std::to_string(before + 1);
    person.email = name + "@mail.example";
    person.street = make_street(dice);
    person.postal_code = plate_of(dice, "K0Z #@#");
    person.phone = fmt::format("613555{:04}", dice.between(100, 199));
    constexpr std::array k_user_type_weights{60, 12, 16, 12};
    person.user_type = k_user_types[dice.weighted(k_user_type_weights)].id;
    town.people.push_back(std::move(person));
  }
}

std::string make_street(Dice& dice) {
  const std::int64_t number = dice.between(2, 480);
  return fmt::format("{} {}", number, dice.pick(k_streets));
}

Car make_car(Dice& dice) {
  const PlateForm& form = choose(dice, k_plate_forms);
  const Model& model = choose(dice, k_models);
  return {plate_of(dice, form.form), form.province, model.make, model.type, dice.pick(k_colours),
          dice.between(2008, 2025),  std::nullopt};
}

void add_cars(Town& town, Dice& dice, const TownSize& size) {
  // Few of the cars with permits are on record: only those of people, who come first.
  for (std::size_t i = 0; i < town.people.size(); ++i) {
    town.cars.push_back(make_car(dice));
    town.cars.back().driver = i;
    // Visitors have no account.
    while (town.cars.back().province != 9 && town.cars.back().province != 11) {
      town.cars.back() = make_car(dice);
      town.cars.back().driver = i;
    }
  }
  for (std::int64_t i = 0; i < size.permits / 4; ++i) town.cars.push_back(make_car(dice));
}

}  // namespace lotkeeper::cli::demo
