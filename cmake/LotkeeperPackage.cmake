# What is installed, and the Debian package that CPack builds from it (script/package).
include(GNUInstallDirs)
# Installing the server builds only the server, not its tests.
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(deploy ${PROJECT_SOURCE_DIR}/deploy)
install(TARGETS lotkeeper RUNTIME)
install(FILES ${PROJECT_SOURCE_DIR}/README.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES ${deploy}/README.md ${deploy}/etcd.yml ${deploy}/patroni.yml ${deploy}/haproxy.cfg
              ${deploy}/values.example
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
install(PROGRAMS ${deploy}/fill DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)

# Files in Debian-specific places are only in the package.
find_program(GZIP gzip REQUIRED)
set(changelog ${PROJECT_BINARY_DIR}/changelog.gz)
add_custom_command(OUTPUT ${changelog}
  COMMAND ${GZIP} -9cn ${PROJECT_SOURCE_DIR}/CHANGELOG.md > ${changelog}
  DEPENDS ${PROJECT_SOURCE_DIR}/CHANGELOG.md VERBATIM)
add_custom_target(changelog DEPENDS ${changelog})
add_dependencies(lotkeeper changelog)
set(in_package COMPONENT package EXCLUDE_FROM_ALL)
install(FILES ${changelog} ${deploy}/debian/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR} ${in_package})
install(FILES ${deploy}/lotkeeper.service DESTINATION lib/systemd/system ${in_package})
install(FILES ${deploy}/lotkeeper.toml DESTINATION /etc/lotkeeper ${in_package})
set(CPACK_INSTALL_CMAKE_PROJECTS
  ${PROJECT_BINARY_DIR} lotkeeper ALL / ${PROJECT_BINARY_DIR} lotkeeper package /)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME lotkeeper)
set(CPACK_PACKAGE_CONTACT "The Lotkeeper maintainers <lotkeeper@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "parking-operations server that speaks the OPS-COM API")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Pay stations and parking apps push permits to it, officers ask it whether a
plate is paid, the parking office counts by zone and type, and a collections
agency pulls overdue violations, each once. A permit that was acknowledged is
on disk.

It keeps its data in one SQLite file, or in PostgreSQL, where any number of
servers share them.")
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "adduser, tzdata")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${deploy}/debian/conffiles ${deploy}/debian/postinst
  ${deploy}/debian/prerm ${deploy}/debian/postrm)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_STRIP_FILES ON)
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
include(CPack)
