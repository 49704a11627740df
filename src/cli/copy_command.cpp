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

/// Shows the first 8 bytes of a checksum. The comparison used all of it.
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
    text +=
        fmt::format("{} rows in {} tables; both sides are equal, and the target is ready for use\n",
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
          fmt::format("{}; the rows copied so far are kept: run the same command again to continue",
                      error.what()));
    }
  }();
  std::cout << describe(report) << std::flush;
  if (report.is_equal()) return 0;
  std::cerr
      << "lotkeeper: source and target differ, so no server will start on the target. The source "
         "may have changed since the copy began. Run the copy again with a new, empty target\n";
  return 1;
}

}  // namespace

void add_copy_command(CLI::App& parser, ParsedCommand& parsed) {
  CLI::App* command = parser.add_subcommand(
      "copy",
      "Copy all data to another database: from SQLite to PostgreSQL, back, or to the same kind.\n"
      "Stop the servers first: none may be running on either side. The target must be empty:\n"
      "a new SQLite file, or a PostgreSQL database with ENCODING 'UTF8'. All data is copied\n"
      "(tokens, references, attachments, batches). Then both sides are read again and compared,\n"
      "table by table. You can stop the copy at any time; run it again and it continues.\n"
      "No server starts on the target until both sides are equal. The source keeps all its data.\n"
      "Exit status: 0 if both sides are equal, else 1.");
  const auto options = std::make_shared<service::CopyOptions>();
  command
      ->add_option("--from", options->from,
                   "the source: sqlite:PATH or postgresql://USER@HOST:PORT/DATABASE")
      ->type_name("URL")
      ->required();
  command->add_option("--to", options->to, "the target, in the same form; it must be empty")
      ->type_name("URL")
      ->required();
  command->callback([&parsed, options] { parsed.on_own = [options] { return copy(*options); }; });
}

}  // namespace lotkeeper::cli
