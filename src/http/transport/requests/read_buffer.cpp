#include "http/transport/requests/read_buffer.hpp"

#include <algorithm>
#include <cstring>

namespace lotkeeper::http::transport {
namespace {

// Head and body of an ordinary request together: one read brings it in whole.
constexpr std::size_t k_first_capacity = 4096;

}  // namespace

std::span<char> ReadBuffer::prepare(std::size_t least) {
  if (m_capacity - m_end < least) {
    const std::size_t held = size();
    if (m_capacity - held >= least) {
      std::memmove(m_memory.get(), m_memory.get() + m_begin, held);
    } else {
      const std::size_t capacity = std::max({k_first_capacity, m_capacity * 2, held + least});
      std::unique_ptr<char[]> memory(new char[capacity]);
      if (held > 0) std::memcpy(memory.get(), m_memory.get() + m_begin, held);
      m_memory = std::move(memory);
      m_capacity = capacity;
    }
    m_begin = 0;
    m_end = held;
  }
  return {m_memory.get() + m_end, m_capacity - m_end};
}

void ReadBuffer::consume(std::size_t count) {
  m_begin += count;
  if (m_begin == m_end) m_begin = m_end = 0;
}

void ReadBuffer::erase(std::size_t offset, std::size_t count) {
  char* const hole = m_memory.get() + m_begin + offset;
  std::memmove(hole, hole + count, size() - offset - count);
  m_end -= count;
}

void ReadBuffer::shrink(std::size_t keep) {
  if (size() > 0 || m_capacity <= keep) return;
  m_memory.reset();
  m_capacity = m_begin = m_end = 0;
}

}  // namespace lotkeeper::http::transport
