#include "cli/unknown_word.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "base/text/text.hpp"

namespace lotkeeper::cli {
namespace {

/// `; did you mean "serve"?`, or nothing if no word in `known` is close.
std::string did_you_mean(const std::string& word, const std::vector<std::string>& known) {
  std::string nearest;
  // Two swapped letters count as distance 2. In a word of three letters that is a different word.
  std::size_t least = word.size() < 4 ? 2 : std::max<std::size_t>(3, word.size() / 3 + 1);
  for (const std::string& name : known) {
    const std::size_t distance = base::edit_distance(base::ascii_lower(word), name);
    if (distance >= least) continue;
    least = distance;
    nearest = name;
  }
  return nearest.empty() ? nearest : fmt::format("; did you mean \"{}\"?", nearest);
}

std::vector<std::string> option_names(const CLI::App& command) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

const CLI::App* find_command(const CLI::App& group, const std::string& name) {
  const auto found =
      group.get_subcommands([&](const CLI::App* sub) { return sub->check_name(name); });
  return found.empty() ? nullptr : found.front();
}

std::string unknown_command(const CLI::App& group, const std::string& name,
                            const std::string& path) {
  std::vector<std::string> known;
  for (const CLI::App* sub : group.get_subcommands([](const CLI::App*) { return true; })) {
    known.push_back(sub->get_name());
  }
  std::string near = did_you_mean(name, known);
  if (near.empty()) near = fmt::format("; the commands are {}", fmt::join(known, ", "));
  return fmt::format("there is no command \"{} {}\"{}", path, name, near);
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

}  // namespace

std::string describe_unknown_word(const CLI::App& parser, const std::vector<std::string>& words) {
  const auto helped = [](const std::string& sentence, const std::string& path) {
    return fmt::format(
        "{}\n"
        "Run {} --help for usage.",
        sentence, path);
  };
  const CLI::App* command = &parser;
  std::string path = parser.get_name();
  for (auto word = words.begin(); word != words.end() && *word != "--"; ++word) {
    if (word->size() > 2 && word->starts_with('-')) {
      const std::string name = word->substr(0, word->find('='));
      if (const CLI::Option* option = command->get_option_no_throw(name)) {
        if (name == *word && takes_value(*option) && std::next(word) != words.end()) ++word;
        continue;
      }
      const std::string whole = name.starts_with("--") ? name : "-" + name;
      return helped(fmt::format("{} has no option {}{}", path, name,
                                did_you_mean(whole, option_names(*command))),
                    path);
    }
    if (command->get_subcommands([](const CLI::App*) { return true; }).empty()) continue;
    const CLI::App* sub = word->starts_with('-') ? command : find_command(*command, *word);
    if (sub == nullptr) return helped(unknown_command(*command, *word, path), path);
    if (sub != command) path += ' ' + *word;
    command = sub;
  }
  return {};
}

}  // namespace lotkeeper::cli
