#include "http/admission/body_token.hpp"

#include "base/text/text.hpp"

namespace lotkeeper::http {

std::optional<std::string> find_token(const base::JsonValue& body) {
  using Kind = base::JsonValue::Kind;
  const base::JsonMember* found = nullptr;
  for (const base::JsonMember& member : body.members) {
    if (!base::equals_ignoring_ascii_case(member.key, "apiToken")) continue;
    const base::JsonValue& value = member.value;
    // A spelling without a value yields to the next.
    if (value.kind == Kind::null) continue;
    if (value.kind == Kind::string && base::trim_white_space(value.text).empty()) continue;
    if (found == nullptr || member.key == "apiToken") found = &member;
  }
  if (found == nullptr) return std::nullopt;
  if (found->value.kind != Kind::string && found->value.kind != Kind::number) return "?";
  return std::string(base::trim_white_space(found->value.text));
}

std::string missing_token_detail(const base::JsonValue& body) {
  for (const base::JsonMember& member : body.members) {
    // One that is much shorter or longer is not near, and there may be thousands.
    if (member.key.size() < 5 || member.key.size() > 11) continue;
    const std::string key = base::ascii_lower(member.key);
    if (key != "apitoken" && base::edit_distance(key, "apitoken") <= 3) {
      return "The body has a key that is almost \"apiToken\". Send the token under exactly that "
             "name.";
    }
  }
  return "Send \"apiToken\" in the body, with the token that you were given for this client.";
}

}  // namespace lotkeeper::http
