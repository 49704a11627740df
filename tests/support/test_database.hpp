#pragma once

#include <filesystem>
#include <string>

#include "database/database.hpp"

namespace lotkeeper::tests {

/// A folder of its own, gone with the test.
class TemporaryFolder {
 public:
  TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

 private:
  std::filesystem::path m_path;
};

/// What this run of the tests is on: PostgreSQL where LOTKEEPER_TEST_POSTGRESQL names a server (as
/// script/with-postgresql does), else SQLite.
[[nodiscard]] database::Engine tested_engine();

/// A database of its own on the tested engine, empty, gone with the test.
class TestDatabase {
 public:
  TestDatabase() : TestDatabase(nullptr) {}
  /// With what is in `original`, which nobody may be connected to; empty where it is null.
  explicit TestDatabase(const TestDatabase* original);
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase();

  [[nodiscard]] const std::string& url() const { return m_url; }

 private:
  TemporaryFolder m_folder;
  std::string m_name;  ///< on PostgreSQL
  std::string m_url;
};

}  // namespace lotkeeper::tests
