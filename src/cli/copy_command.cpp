#include <iostream>

#include <fmt/format.h>

#include "cli/command_line.hpp"
#include "cli/progress.hpp"
#include "cli/table.hpp"
#include "service/copy/copy.hpp"

namespace lotkeeper::cli {
namespace {

using service::CopiedTableReport;
using service::CopyStage;

/// The beginning of a checksum is enough for eyes; all of it was compared.
std::string shown(const base::Digest& digest) {
  constexpr std::size_t k_bytes = 8;
  std::string text;
  for (std::size_t i = 0; i < k_bytes; ++i) text += fmt::format("{:02x}", digest.at(i));
  return text;
}

std::string describe(const service::CopyReport& report) {
  std::vector<std::vector<std::string>> rows{
      {"TABLE", "ROWS IN SOURCE", "IN TARGET", "CHECKSUM OF SOURCE", "OF TARGET"}};
  std::int64_t total = 0;
  for (const CopiedTableReport& table : report.tables) {
    rows.push_back({table.table, std::to_string(table.rows_from), std::to_string(table.rows_to),
                    shown(table.digest_from), shown(table.digest_to),
                    table.is_equal() ? "equal" : "DIFFERS"});
    total += table.rows_to;
  }
  std::string text = format_table(rows);
  if (report.is_equal()) {
    text += fmt::format("{} rows in {} tables; both sides are equal, the target may be served\n",
                        total, report.tables.size());
  }
  return text;
}

int copy(service::CopyOptions options) {
  std::optional<Progress> progress;
  std::optional<CopyStage> stage;
  options.on_progress = [&](CopyStage at, std::uint64_t done, std::uint64_t total) {
    if (stage != at) {
      progress.reset();
      std::cerr << (at == CopyStage::copying ? "copying" : "comparing") << '\n' << std::flush;
      progress.emplace(total);
      stage = at;
    }
    progress->show(done, done);
  };
  const base::SystemClock clock;
  const service::CopyReport report = [&] {
    try {
      const auto finished = service::copy_database(options, clock);
      progress.reset();
      return finished;
    } catch (const service::CopyRefused&) {
      throw;
    } catch (const std::exception& error) {
      if (!stage) throw;
      throw std::runtime_error(
          fmt::format("{}; what was copied stands: run the same again and it goes on from there",
                      error.what()));
    }
  }();
  std::cout << describe(report) << std::flush;
  if (report.is_equal()) return 0;
  std::cerr << "lotkeeper: source and target differ, so no server takes the target; was the source "
               "changed since the copy began? Give the copy a new, empty target and run it again\n";
  return 1;
}

}  // namespace

void add_copy_command(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* command = parser.add_subcommand(
      "copy",
      "Move to another database: from SQLite to PostgreSQL, back, or like to like.\n"
      "Stop the servers first: none may be at work on either side. The target must be empty: a "
      "new\n"
      "SQLite file, or a PostgreSQL database with ENCODING 'UTF8'. All is copied (tokens, "
      "references,\n"
      "attachments, batches), then both sides are read again and compared, table by table.\n"
      "It can be stopped at any moment: run again, it goes on where it stopped. Until both sides\n"
      "are equal no server takes the target. The source keeps all that it has.\n"
      "Exit status: 0 where both sides are equal, else 1.");
  const auto options = std::make_shared<service::CopyOptions>();
  command
      ->add_option("--from", options->from,
                   "the source: sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE")
      ->type_name("URL")
      ->required();
  command->add_option("--to", options->to, "the target: the same, and empty")
      ->type_name("URL")
      ->required();
  command->callback([&parsed, options] { parsed.on_own = [options] { return copy(*options); }; });
}

}  // namespace lotkeeper::cli
