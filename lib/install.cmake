# SPDX-License-Identifier: GPL-2.0-only
# What `cmake --install` gives: headers, archive, CMake package, pkg-config file.
include(CMakePackageConfigHelpers)

set(cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/thpswap)
set(pkgconfig_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# From the .pc file to the prefix, so that an installed tree can be moved.
cmake_path(SET pc_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX BASE_DIRECTORY ${pc_prefix} OUTPUT_VARIABLE pc_prefix)
# APPEND keeps the second path when it is absolute.
cmake_path(APPEND pc_libdir "\${prefix}" ${CMAKE_INSTALL_LIBDIR})
cmake_path(APPEND pc_includedir "\${prefix}" ${CMAKE_INSTALL_INCLUDEDIR})
configure_file(lib/thpswap.pc.in thpswap.pc @ONLY)

# Before 1.0 every minor version may break its users.
write_basic_package_version_file(thpswap-config-version.cmake COMPATIBILITY SameMinorVersion)

install(TARGETS thpswap EXPORT thpswap)
install(DIRECTORY include/thpswap DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.h)
install(EXPORT thpswap DESTINATION ${cmake_dir} NAMESPACE thpswap:: FILE thpswap-config.cmake)
install(FILES ${PROJECT_BINARY_DIR}/thpswap-config-version.cmake DESTINATION ${cmake_dir})
install(FILES ${PROJECT_BINARY_DIR}/thpswap.pc DESTINATION ${pkgconfig_dir})
