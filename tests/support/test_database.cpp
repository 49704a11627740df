#include "support/test_database.hpp"

#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

namespace lotkeeper::tests {
namespace {

std::string server_url() {
  const char* url = std::getenv("LOTKEEPER_TEST_POSTGRESQL");
  return url != nullptr ? url : "";
}

/// The URL of another database of the same server.
std::string url_of(const std::string& name) {
  std::string url = server_url();
  const std::size_t path = url.find('/', url.find("://") + 3);
  const std::size_t end = std::min(url.find('?'), url.size());
  return url.replace(path + 1, end - path - 1, name);
}

void run_on_server(const std::string& sql) {
  static const auto server = database::Database::open(server_url(), std::chrono::seconds(5));
  server->writer().run_script(sql);
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  // No test here cuts the power: where there is a file system in memory, syncs cost nothing.
  const std::filesystem::path memory = "/dev/shm";
  const auto parent =
      ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path();
  std::string pattern = (parent / "lotkeeper-test-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  m_path = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(m_path, ignored);
}

database::Engine tested_engine() {
  return server_url().empty() ? database::Engine::sqlite : database::Engine::postgresql;
}

TestDatabase::TestDatabase(const TestDatabase* original) {
  if (tested_engine() == database::Engine::sqlite) {
    m_url = "sqlite:" + (m_folder.path() / "test.db").string();
    if (original != nullptr) {
      std::filesystem::copy(original->m_folder.path(), m_folder.path(),
                            std::filesystem::copy_options::recursive);
    }
    return;
  }
  static int count = 0;
  m_name = fmt::format("test_{}_{}", ::getpid(), ++count);
  m_url = url_of(m_name);
  run_on_server(fmt::format("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", m_name,
                            original != nullptr ? original->m_name : "template0"));
}

TestDatabase::~TestDatabase() {
  if (!m_name.empty()) run_on_server("DROP DATABASE " + m_name + " WITH (FORCE)");
}

}  // namespace lotkeeper::tests
