#include "service/copy/copy.hpp"

#include <filesystem>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "database/database.hpp"
#include "database/retry.hpp"
#include "database/schema.hpp"
#include "service/schema.hpp"
#include "store/copy/copy_mark.hpp"
#include "store/writer.hpp"

namespace lotkeeper::service {
namespace {

using database::Connection;
using database::Database;
using database::Transaction;
using store::CopiedTable;
using Tables = std::vector<std::unique_ptr<CopiedTable>>;

constexpr const char* k_client_table = "client";

enum class Side { source, target };

std::string_view name_of(Side side) { return side == Side::source ? "source" : "target"; }

Tables moving_tables() {
  Tables tables;
  for (const database::Table& table : database::schema()) {
    if (store::why_left_behind(table.name).empty()) {
      tables.push_back(std::make_unique<CopiedTable>(table));
    }
  }
  return tables;
}

std::unique_ptr<Database> open(const std::string& url, Side side) {
  const std::string path = database::sqlite_path(url);
  if (side == Side::source && !path.empty() && !std::filesystem::exists(path)) {
    throw CopyRefused(
        fmt::format("the source {} does not exist; name the database file of your "
                    "server with --from sqlite:PATH",
                    path));
  }
  try {
    return Database::open(url, std::chrono::seconds(2));
  } catch (const database::DatabaseInUse&) {
    throw CopyRefused(fmt::format(
        "a server or another command is using the {} {}; stop it and run the same command again",
        name_of(side), path));
  }
}

/// On PostgreSQL, every running server and command holds writer numbers.
void require_idle(Connection& connection, Side side, base::Instant now) {
  if (!database::has_table(connection, "writer")) return;
  const auto seen = store::last_sign_of_writers(connection);
  if (!seen || *seen + store::k_writer_lease < now) return;
  throw CopyRefused(
      fmt::format("a server or another command is using the {} (last seen {} s ago); stop it and "
                  "run the same command again. One that was killed counts as gone after {} s",
                  name_of(side), std::max<std::int64_t>(0, (now - *seen).count() / 1000),
                  std::chrono::seconds(store::k_writer_lease).count()));
}

/// Opens the source and checks that it is one. Runs before the target is opened, which may create
/// its file.
std::unique_ptr<Database> open_source(const std::string& url, base::Instant now) {
  auto database = open(url, Side::source);
  Connection& source = database->writer();
  if (!database::has_table(source, "migration") || !database::has_table(source, k_client_table)) {
    throw CopyRefused(
        "the source has no Lotkeeper data; name the database of your server with --from");
  }
  require_idle(source, Side::source, now);
  return database;
}

/// Opens the target and checks it before anything is written to it.
std::unique_ptr<Database> open_target(const std::string& url, base::Instant now) {
  auto database = open(url, Side::target);
  Connection& target = database->writer();
  require_idle(target, Side::target, now);
  if (!database::has_table(target, "migration") && database::has_table(target, k_client_table)) {
    throw CopyRefused(
        "the target has another program's tables; use a separate database for the copy");
  }
  return database;
}

void prepare(Connection& connection, Side side, base::Instant now) {
  try {
    service::bring_up_to_date(connection, now);
    if (side == Side::source) store::require_whole(connection);
  } catch (const database::DatabaseUnavailable&) {
    throw;
  } catch (const database::DatabaseError& error) {
    throw CopyRefused(fmt::format("the {}: {}", name_of(side), error.what()));
  }
}

class Copy {
 public:
  Copy(const CopyOptions& options, const base::Clock& clock)
      : m_options(options),
        m_clock(clock),
        m_tables(moving_tables()),
        m_source_database(open_source(options.from, clock.now())),
        m_target_database(open_target(options.to, clock.now())),
        m_reading(m_source_database->read()),
        m_source(*m_reading),
        m_target(m_target_database->writer()) {}

  CopyReport run() {
    CopyReport report;
    require_empty_or_begun();
    prepare(m_source_database->writer(), Side::source, m_clock.now());
    prepare(m_target, Side::target, m_clock.now());
    const auto writers = store::list_writers(m_source);
    database::run_despite_conflicts([&] { report.went_on = begin(); });

    const std::uint64_t total = count(m_source);
    std::uint64_t done = report.went_on ? count(m_target) : 0;
    for (const auto& table : m_tables) copy(*table, done, total);

    done = 0;
    for (const auto& table : m_tables) report.tables.push_back(compare(*table, done, 2 * total));
    if (store::list_writers(m_source) != writers) {
      throw CopyRefused(
          "a server used the source during the copy; stop it, and run the copy again with a new, "
          "empty target");
    }
    if (report.is_equal()) {
      in_transaction([&] { store::finish_copy_mark(m_target, m_clock.now()); });
    }
    return report;
  }

 private:
  /// Runs before the target is migrated, so that a refused target stays as it was.
  void require_empty_or_begun() {
    if (!database::has_table(m_target, k_client_table)) return;
    std::optional<store::CopyMark> mark;
    if (database::has_table(m_target, "copy_mark")) mark = store::find_copy_mark(m_target);
    if (mark && mark->finished_at) {
      throw CopyRefused(
          "the target is already a finished copy, and servers may have written to it; use a new, "
          "empty target");
    }
    if (mark && mark->source_made_at != store::made_at(m_source)) {
      throw CopyRefused(
          "the target is an unfinished copy of another database; use a new, empty target");
    }
    if (mark) return;
    for (const auto& table : m_tables) {
      if (store::is_seeded(table->name()) || !database::has_table(m_target, table->name()) ||
          table->is_empty(m_target)) {
        continue;
      }
      throw CopyRefused(fmt::format(
          "the target already has data (its table {} is not empty); use a new, empty target",
          table->name()));
    }
  }

  /// Marks the target as an unfinished copy. Returns whether an earlier run had begun it. From here
  /// on no server starts on the target. A server that has started meanwhile is seen here, because
  /// it registers its writers in the transaction in which it looks for the mark.
  bool begin() {
    Transaction transaction(m_target);
    require_idle(m_target, Side::target, m_clock.now());
    require_empty_or_begun();
    if (store::find_copy_mark(m_target)) return true;
    store::begin_copy_mark(m_target, store::made_at(m_source), m_clock.now());
    for (const auto& table : m_tables) {
      if (store::is_seeded(table->name())) table->clear(m_target);
    }
    transaction.commit();
    m_target.checkpoint(false);
    return false;
  }

  std::uint64_t count(Connection& connection) const {
    std::uint64_t rows = 0;
    for (const auto& table : m_tables) rows += static_cast<std::uint64_t>(table->count(connection));
    return rows;
  }

  void copy(const CopiedTable& table, std::uint64_t& done, std::uint64_t total) {
    for (std::size_t rows = 1; rows > 0;) {
      in_transaction([&] {
        const auto page = table.rows_after(m_source, table.last_key(m_target), m_options.limits);
        insert(table, page);
        rows = page.size();
      });
      m_target.checkpoint(false);
      done += rows;
      if (rows > 0 && m_options.on_progress) {
        m_options.on_progress(CopyStage::copying, done, total);
      }
    }
  }

  void insert(const CopiedTable& table, std::span<const store::OwnedRow> rows) {
    try {
      table.insert(m_target, rows);
    } catch (const database::DatabaseUnavailable&) {
      throw;
    } catch (const database::Conflict&) {
      throw;
    } catch (const database::DatabaseError&) {
      for (const store::OwnedRow& row : rows) {
        const std::string where = table.unfit_text(row);
        if (where.empty()) continue;
        throw CopyRefused(fmt::format(
            "the source's table {} has a text that the target cannot store, because it contains a "
            "NUL or invalid UTF-8: {}. Correct it in the source and run the same command again",
            table.name(), where));
      }
      throw;
    }
  }

  /// A commit whose answer is lost does no harm: `run` first looks at what the target has.
  template <class Run>
  void in_transaction(Run run) {
    constexpr int k_tries = 3;
    for (int left = k_tries;; --left) {
      try {
        database::run_despite_conflicts([&] {
          Transaction transaction(m_target);
          run();
          transaction.commit();
        });
        return;
      } catch (const database::DiskFailed&) {
        throw;
      } catch (const database::OutcomeUnknown&) {
        if (left <= 1) throw;
      }
    }
  }

  CopiedTableReport compare(const CopiedTable& table, std::uint64_t& done, std::uint64_t total) {
    CopiedTableReport report{table.name(), 0, 0, {}, {}};
    const auto read = [&](Connection& connection, std::int64_t& rows, base::Digest& digest) {
      store::RowDigest sum;
      store::OwnedRow key;
      for (;;) {
        const auto page = table.rows_after(connection, key, m_options.limits);
        if (page.empty()) break;
        for (const store::OwnedRow& row : page) sum.add(row);
        key = table.key_of(page.back());
        done += page.size();
        if (m_options.on_progress) m_options.on_progress(CopyStage::comparing, done, total);
      }
      rows = sum.rows();
      digest = sum.digest();
    };
    read(m_source, report.rows_from, report.digest_from);
    read(m_target, report.rows_to, report.digest_to);
    return report;
  }

  const CopyOptions& m_options;
  const base::Clock& m_clock;
  const Tables m_tables;  ///< outlive the connections, which keep statements prepared from them
  std::unique_ptr<Database> m_source_database;
  std::unique_ptr<Database> m_target_database;
  database::ReaderLease m_reading;
  Connection& m_source;
  Connection& m_target;
};

}  // namespace

CopyReport copy_database(const CopyOptions& options, const base::Clock& clock) {
  const std::string path = database::sqlite_path(options.from);
  const bool is_same =
      path.empty() ? options.from == options.to : path == database::sqlite_path(options.to);
  if (is_same) {
    throw CopyRefused(
        "source and target are the same database; name two different ones with --from and --to");
  }
  return Copy(options, clock).run();
}

}  // namespace lotkeeper::service
