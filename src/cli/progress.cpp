#include "cli/progress.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>

#include <fmt/format.h>

namespace lotkeeper::cli {
namespace {

constexpr std::chrono::milliseconds k_redraw_every{100};
constexpr std::chrono::seconds k_line_every{3};
constexpr std::size_t k_usual_width = 80;
constexpr std::size_t k_widest_bar = 30;

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string duration(double seconds) {
  const auto whole = static_cast<std::uint64_t>(seconds + 0.5);
  if (whole < 60) return fmt::format("{} s", whole);
  return fmt::format("{} min {:02} s", whole / 60, whole % 60);
}

std::size_t terminal_width() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return k_usual_width;
  return size.ws_col;
}

}  // namespace

Progress::Progress(std::optional<std::uint64_t> total)
    : m_total(total),
      m_is_terminal(::isatty(STDERR_FILENO) == 1),
      m_next(m_is_terminal ? m_began : m_began + k_line_every) {}

void Progress::show(std::uint64_t done, std::uint64_t rows) {
  const Clock::time_point now = Clock::now();
  if (now < m_next) return;
  if (m_is_terminal) {
    m_next = now + k_redraw_every;
  } else {
    m_next = now + k_line_every;
  }
  const double seconds = std::max(1e-3, std::chrono::duration<double>(now - m_began).count());
  std::string figures =
      fmt::format("{} rows, {}/s", with_commas(rows),
                  with_commas(static_cast<std::uint64_t>(static_cast<double>(rows) / seconds)));
  double share = 0;
  if (m_total && *m_total > 0) {
    share = std::min(1.0, static_cast<double>(done) / static_cast<double>(*m_total));
    figures = fmt::format("{:3.0f} %  {}", share * 100, figures);
    if (share > 0) figures += fmt::format(", {} left", duration(seconds / share - seconds));
  }
  if (m_is_terminal) {
    std::cerr << '\r' << bar(std::move(figures), share) << "\x1b[K" << std::flush;
    m_is_drawn = true;
  } else {
    std::cerr << figures << '\n' << std::flush;
  }
}

std::string Progress::bar(std::string figures, double share) const {
  // Leave the last column free: some terminals wrap the line there.
  const std::size_t width = terminal_width() - 1;
  if (figures.size() > width) figures.resize(width);
  constexpr std::size_t k_frame = 4;
  constexpr std::size_t k_narrowest_bar = 5;
  if (!m_total || figures.size() + k_frame + k_narrowest_bar > width) return figures;
  const std::size_t length = std::min(k_widest_bar, width - figures.size() - k_frame);
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(length));
  return fmt::format("[{:<{}}]  {}", std::string(filled, '#'), length, figures);
}

void Progress::clear() {
  if (!m_is_drawn) return;
  std::cerr << "\r\x1b[K" << std::flush;
  m_is_drawn = false;
}

}  // namespace lotkeeper::cli
