package io.reprise.config;

import io.reprise.config.read.SettingKey;
import io.reprise.config.read.SettingsReader.Source;

/**
 * A key with its value.
 *
 * @param value Integer, Double, Boolean, String or a list of strings; null if there is none or it is concealed
 * @param configured the value without what administrators have set
 * @param where the source in words, such as a line of the file
 * @param ignored why the value that an administrator has set is not used; null if it is, or if there is none
 * @param digest the same for the same value, also of a concealed one
 */
public record SettingState(
        SettingKey key, Object value, Object configured, Source source, String where, String ignored, String digest) {}
