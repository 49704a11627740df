#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace lotkeeper::http::transport {

/// The bytes that came in and have not been used up: one piece of memory that grows while a request
/// needs it, and that an idle connection can do without.
class ReadBuffer {
 public:
  [[nodiscard]] std::string_view bytes() const { return {m_memory.get() + m_begin, size()}; }
  [[nodiscard]] std::size_t size() const { return m_end - m_begin; }
  [[nodiscard]] std::size_t capacity() const { return m_capacity; }
  [[nodiscard]] bool holds_memory() const { return m_memory != nullptr; }

  /// Room for at least `least` more bytes. May move what `bytes` has shown.
  [[nodiscard]] std::span<char> prepare(std::size_t least);

  /// The first `count` bytes of what `prepare` gave have been filled.
  void commit(std::size_t count) { m_end += count; }

  /// The first `count` bytes are done with.
  void consume(std::size_t count);

  /// `count` bytes behind the first `offset` are done with; what stands before them does not move.
  void erase(std::size_t offset, std::size_t count);

  /// Gives the memory back where nothing is in it and it is larger than `keep`.
  void shrink(std::size_t keep);

 private:
  std::unique_ptr<char[]> m_memory;
  std::size_t m_capacity = 0;
  std::size_t m_begin = 0;
  std::size_t m_end = 0;
};

}  // namespace lotkeeper::http::transport
