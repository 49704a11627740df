#pragma once

#include <functional>
#include <string>
#include <utility>

#include "service/app.hpp"
#include "store/ids.hpp"

namespace lotkeeper::service {

/// Who makes a change. Functions that an operator or the command line calls take one.
class Actor {
 public:
  /// No console operator: the command line, or the server itself.
  Actor(App& app) : m_app(&app) {}  // NOLINT(google-explicit-constructor)
  Actor(App& app, store::OperatorId operator_id) : m_app(&app), m_operator(operator_id) {}

  [[nodiscard]] App& app() const { return *m_app; }

  /// Runs `change` as `App::change` does, and records this operator as the author.
  domain::Result<std::string> change(
      std::function<domain::Result<std::string>(WriteBatch& batch)> change) const {
    return m_app->change(std::move(change), m_operator);
  }

 private:
  App* m_app;
  store::OperatorId m_operator = 0;
};

}  // namespace lotkeeper::service
