#include "support/console_description.hpp"

#include <fstream>
#include <stdexcept>

namespace lotkeeper::tests {
namespace {

/// The text after `before` up to a comma or a space. Empty if `before` is missing.
std::string word_after(std::string_view line, std::string_view before) {
  const std::size_t found = line.find(before);
  if (found == std::string_view::npos) return {};
  line.remove_prefix(found + before.size());
  return std::string(line.substr(0, line.find_first_of(", }'")));
}

/// The shared parameters of queries: their names there to their keys.
std::map<std::string, std::string> shared_keys(const std::string& path) {
  std::ifstream file(path);
  std::map<std::string, std::string> keys;
  std::string line;
  std::string whole;
  std::string name;
  bool is_inside = false;
  while (std::getline(file, line)) {
    if (line == "  parameters:") is_inside = true;
    if (line == "  requestBodies:") break;
    if (!is_inside) continue;
    // Four spaces in: the next parameter.
    if (line.starts_with("    ") && line[4] != ' ') {
      name = line.substr(4, line.find(':') - 4);
      whole.clear();
    }
    whole += line + ",";
    if (whole.find("in: query") != std::string::npos) keys[name] = word_after(whole, "name: ");
  }
  return keys;
}

}  // namespace

std::string_view method_name(http::Method method) {
  switch (method) {
    case http::Method::get:
      return "get";
    case http::Method::post:
      return "post";
    case http::Method::put:
      return "put";
    case http::Method::del:
      return "delete";
    default:
      return "?";
  }
}

std::string operation_name(const api::console::Route& route) {
  return std::string(method_name(route.method)) + " " + std::string(route.path);
}

/// Read line by line: paths stand two spaces in, methods four, roles six, parameters eight.
std::map<std::string, DescribedOperation> described_operations() {
  const std::string path = PROJECT_SOURCE_DIR "/api/console.yaml";
  const auto shared = shared_keys(path);
  std::ifstream file(path);
  std::map<std::string, DescribedOperation> operations;
  std::string line;
  std::string address;
  std::string operation;
  while (std::getline(file, line)) {
    if (line == "components:") break;
    if (line.starts_with("  /console/api/")) address = line.substr(14, line.size() - 15);
    for (const std::string method : {"get", "post", "put", "delete"}) {
      if (line == "    " + method + ":") operation = method + " " + address;
    }
    constexpr std::string_view k_role = "      x-lotkeeper-role: ";
    if (line.starts_with(k_role)) operations[operation].role = line.substr(k_role.size());
    if (!line.starts_with("        - {")) continue;
    if (const auto found = shared.find(word_after(line, "#/components/parameters/"));
        found != shared.end()) {
      operations[operation].query_keys.push_back(found->second);
    }
    if (line.find("in: query") != std::string::npos) {
      operations[operation].query_keys.push_back(word_after(line, "name: "));
    }
  }
  return operations;
}

std::string sample_value(const api::console::Route& route, const std::string& key) {
  static const std::map<std::string, std::string> k_samples = {
      {"plate", "MARKED1"},  {"ticket", "1-100000"},
      {"number", "T-1"},     {"zone", "1"},
      {"integration", "1"},  {"from", "2026-03-01"},
      {"to", "2026-03-02"},  {"limit", "10"},
      {"state", "open"},     {"find", "marked-2"},
      {"by", "integration"}, {"outcome", "failed"},
      {"cursor", "2"},       {"validAt", "2026-03-01T10:00:00"}};
  if (key == "cursor" && route.path == "/disconnected") return "3.2";
  // Of permits and vehicles a cursor has more parts, which only a page before can tell.
  if (key == "cursor" && (route.path == "/permits" || route.path == "/vehicles")) return {};
  const auto found = k_samples.find(key);
  if (found == k_samples.end()) {
    throw std::runtime_error("add a sample of " + key + " for " + operation_name(route));
  }
  return found->second;
}

}  // namespace lotkeeper::tests
