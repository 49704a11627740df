#pragma once

namespace lotkeeper::base {

/// Names the calling thread for the system's tools (at most 15 characters), and asks the kernel to
/// let it run as soon as it wakes rather than when another thread's turn ends. For threads that
/// wait often and briefly. Where the kernel knows no such wish (Linux before 6.12), only names it.
void begin_prompt_thread(const char* name);

/// While it lives the calling thread counts as an event loop. Nothing there may wait for another
/// process: all the loop's connections would wait too.
class OnEventLoop {
 public:
  OnEventLoop();
  OnEventLoop(const OnEventLoop&) = delete;
  OnEventLoop& operator=(const OnEventLoop&) = delete;
  ~OnEventLoop();

 private:
  bool m_before;
};
[[nodiscard]] bool is_on_event_loop();

}  // namespace lotkeeper::base
