/** What servers ask people during calls: as they ask it, and as the call goes on from it. */
package io.reprise.mcp.question;
