# INTERFACE targets with the compiler options for the project's own code.
add_library(lotkeeper_options INTERFACE)
target_compile_features(lotkeeper_options INTERFACE cxx_std_20)
target_include_directories(lotkeeper_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(lotkeeper_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wformat=2
  -Wimplicit-fallthrough
  # False alarms of GCC 12: about std::string at -O2 and above, and about Asio's coroutine frames.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-mismatched-new-delete>)
if(LOTKEEPER_WERROR)
  target_compile_options(lotkeeper_options INTERFACE -Werror)
endif()

# Options for a program that faces the network (OpenSSF's compiler options guide).
if(LOTKEEPER_SANITIZE)
  target_compile_options(lotkeeper_options INTERFACE
    -fsanitize=${LOTKEEPER_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(lotkeeper_options INTERFACE -fsanitize=${LOTKEEPER_SANITIZE})
  # ThreadSanitizer does not support fences. Without this, g++ warns of each one in Asio.
  if(LOTKEEPER_SANITIZE STREQUAL thread)
    target_compile_definitions(lotkeeper_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
else()
  target_compile_options(lotkeeper_options INTERFACE
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3>
    -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection
    $<$<STREQUAL:${CMAKE_SYSTEM_PROCESSOR},x86_64>:-fcf-protection=full>)
  target_link_options(lotkeeper_options INTERFACE -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
