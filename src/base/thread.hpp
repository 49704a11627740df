#pragma once

namespace lotkeeper::base {

/// Names the calling thread for the system's tools (at most 15 characters). Also asks the kernel to
/// run it as soon as it wakes, not when another thread's turn ends. For threads that wait often and
/// briefly. On Linux before 6.12, which has no such setting, only names the thread.
void begin_prompt_thread(const char* name);

/// While it lives, the calling thread counts as an event loop. Code on it must not wait for another
/// process, because all connections of the loop would wait too.
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
